// expect: a loss needs `static constexpr std::array kLabels
// Data sets are held to what the loss says of its labels.
#include <array>
#include <faceptor/losses/make_loss.hpp>

struct Mine {
  static constexpr const char* kName = "mine";
  torch::Tensor operator()(const torch::Tensor& output, const faceptor::losses::Labels& labels) const {
    return (output - labels.primary).abs().mean();
  }
};

void make() { faceptor::losses::register_loss<Mine>(); }
