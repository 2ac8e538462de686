// expect: a loss needs `static constexpr const char\* kName`
// Weights files name the loss.
#include <array>
#include <faceptor/losses/make_loss.hpp>

struct Mine {
  static constexpr std::array kLabels = {faceptor::LabelKind::values};
  torch::Tensor operator()(const torch::Tensor& output, const faceptor::losses::Labels& labels) const {
    return (output - labels.primary).abs().mean();
  }
};

void make() { faceptor::losses::register_loss<Mine>(); }
