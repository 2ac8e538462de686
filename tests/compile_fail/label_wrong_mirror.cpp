// expect: a label type's mirror has to be `void mirror
#include <faceptor/datasets/own_label.hpp>

struct Tilt {
  static constexpr faceptor::LabelKind kKind{"tilt"};
  static std::vector<std::int64_t> shape(std::int64_t) { return {}; }
  void write(std::span<float> row) const { row[0] = degrees; }
  void mirror(int width) { degrees = static_cast<float>(width); }
  float degrees = 0;
};

faceptor::datasets::OwnLabel make() { return faceptor::datasets::OwnLabel(Tilt{}); }
