// expect: a metric derives from metrics::Metric, or has
// A loss is no metric.
#include <faceptor/losses/classification.hpp>
#include <faceptor/metrics/classification.hpp>
#include <faceptor/tasks/task.hpp>

using Glasses = faceptor::Task<faceptor::AttributeVector, faceptor::losses::BinaryCrossEntropy, faceptor::results::Probabilities,
                               faceptor::losses::BinaryCrossEntropy>;

Glasses make() { return Glasses("glasses").labels({"eyeglasses", "sunglasses"}); }
