// expect: a label type needs `static constexpr LabelKind kKind
#include <faceptor/datasets/own_label.hpp>

struct Tilt {
  static std::vector<std::int64_t> shape(std::int64_t) { return {}; }
  void write(std::span<float> row) const { row[0] = degrees; }
  float degrees = 0;
};

faceptor::datasets::OwnLabel make() { return faceptor::datasets::OwnLabel(Tilt{}); }
