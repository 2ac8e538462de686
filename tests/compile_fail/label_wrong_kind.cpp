// expect: a label type needs a kind of its own
#include <faceptor/datasets/own_label.hpp>

struct Tilt {
  static constexpr faceptor::LabelKind kKind{"values"};
  static std::vector<std::int64_t> shape(std::int64_t) { return {}; }
  void write(std::span<float> row) const { row[0] = degrees; }
  float degrees = 0;
};

faceptor::datasets::OwnLabel make() { return faceptor::datasets::OwnLabel(Tilt{}); }
