// expect: a loss's `Options` need a default constructor and `template <class Visitor> void each_field
// Options are written to weights files.
#include <array>
#include <faceptor/losses/make_loss.hpp>

struct Mine {
  static constexpr const char* kName = "mine";
  static constexpr std::array kLabels = {faceptor::LabelKind::values};
  struct Options {
    double scale = 1;
  };
  Options options;
  torch::Tensor operator()(const torch::Tensor& output, const faceptor::losses::Labels& labels) const {
    return (output - labels.primary).abs().mean();
  }
};

void make() { faceptor::losses::register_loss<Mine>(); }
