// expect: compiles
// The control of the other composed tasks.
#include <faceptor/losses/classification.hpp>
#include <faceptor/metrics/classification.hpp>
#include <faceptor/tasks/task.hpp>

using Glasses = faceptor::Task<faceptor::AttributeVector, faceptor::losses::BinaryCrossEntropy, faceptor::results::Probabilities,
                               faceptor::metrics::Accuracy>;

Glasses make() { return Glasses("glasses").labels({"eyeglasses", "sunglasses"}); }
