#include <array>

#include <faceptor/datasets/sample.hpp>

namespace faceptor::datasets {

LabelKind kind_of(const Label& label) noexcept {
  static constexpr std::array kKinds = {LabelKind::none,      LabelKind::class_index, LabelKind::age,    LabelKind::attributes,
                                        LabelKind::landmarks, LabelKind::parsing,     LabelKind::values, LabelKind::soft_maps};
  static_assert(std::variant_size_v<Label> == kKinds.size() + 1);
  const auto* own = std::get_if<OwnLabel>(&label);
  return own != nullptr ? own->kind() : kKinds[label.index()];
}

}  // namespace faceptor::datasets
