// expect: a loss derives from losses::LossModule, or has
// Neither a module nor a function.
#include <array>
#include <faceptor/losses/make_loss.hpp>

struct Mine {
  static constexpr const char* kName = "mine";
  static constexpr std::array kLabels = {faceptor::LabelKind::values};
};

void make() { faceptor::losses::register_loss<Mine>(); }
