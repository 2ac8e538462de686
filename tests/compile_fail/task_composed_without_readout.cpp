// expect: a task's result type needs a readout
// A result of your own needs words for how it is read.
#include <faceptor/losses/classification.hpp>
#include <faceptor/metrics/classification.hpp>
#include <faceptor/tasks/task.hpp>

struct Mood {};

using MoodTask = faceptor::Task<faceptor::AttributeVector, faceptor::losses::BinaryCrossEntropy, Mood, faceptor::metrics::Accuracy>;

MoodTask make() { return MoodTask("mood").outputs(2); }
