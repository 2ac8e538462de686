// expect: a loss with `struct Options` needs a member `Options options`
// What was chosen must reach the loss.
#include <array>
#include <faceptor/losses/make_loss.hpp>

struct Mine {
  static constexpr const char* kName = "mine";
  static constexpr std::array kLabels = {faceptor::LabelKind::values};
  struct Options {
    double scale = 1;
    template <class Visitor>
    void each_field(Visitor&& visit) {
      visit("scale", scale);
    }
  };
  torch::Tensor operator()(const torch::Tensor& output, const faceptor::losses::Labels& labels) const {
    return (output - labels.primary).abs().mean();
  }
};

void make() { faceptor::losses::register_loss<Mine>(); }
