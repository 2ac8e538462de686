// expect: a label type needs `void write
#include <faceptor/datasets/own_label.hpp>

struct Tilt {
  static constexpr faceptor::LabelKind kKind{"tilt"};
  static std::vector<std::int64_t> shape(std::int64_t) { return {}; }
  float degrees = 0;
};

faceptor::datasets::OwnLabel make() { return faceptor::datasets::OwnLabel(Tilt{}); }
