// expect: a label type needs `static std::vector<std::int64_t> shape
#include <faceptor/datasets/own_label.hpp>

struct Tilt {
  static constexpr faceptor::LabelKind kKind{"tilt"};
  void write(std::span<float> row) const { row[0] = degrees; }
  float degrees = 0;
};

faceptor::datasets::OwnLabel make() { return faceptor::datasets::OwnLabel(Tilt{}); }
