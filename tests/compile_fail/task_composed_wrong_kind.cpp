// expect: the task's result is read from another output kind than the task has
// Probabilities are read from a vector, not from maps.
#include <faceptor/losses/classification.hpp>
#include <faceptor/metrics/classification.hpp>
#include <faceptor/tasks/task.hpp>

using Glasses =
    faceptor::Task<faceptor::DenseMap, faceptor::losses::BinaryCrossEntropy, faceptor::results::Probabilities, faceptor::metrics::Accuracy>;

Glasses make() { return Glasses("glasses").labels({"eyeglasses", "sunglasses"}); }
