// expect: an output kind needs `static constexpr const char\* kName`
// The output kind comes first.
#include <faceptor/losses/classification.hpp>
#include <faceptor/metrics/classification.hpp>
#include <faceptor/tasks/task.hpp>

using Glasses = faceptor::Task<int, faceptor::losses::BinaryCrossEntropy, faceptor::results::Probabilities, faceptor::metrics::Accuracy>;

Glasses make() { return Glasses("glasses").labels({"eyeglasses", "sunglasses"}); }
