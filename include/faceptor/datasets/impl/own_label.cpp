#include <fmt/format.h>

#include <faceptor/datasets/own_label.hpp>
#include <faceptor/geometry/warp.hpp>

namespace faceptor::datasets {

Points LabelMove::operator()(std::span<const Point> points) const { return photo_to_crop(points, matrix, size, warp); }

Registry<LabelType>& label_registry() {
  static Registry<LabelType> registry("label type", "register_label<...>(), or by making an OwnLabel of one");
  return registry;
}

void OwnLabel::expect_mirror() const {
  if (self_->can_mirror()) return;
  throw Error(ErrorCode::argument, fmt::format("data: labels of the kind \"{}\" can't be mirrored", kind().name()))
      .hint("give them `void mirror()`, or leave the mirror out of the chain");
}

OwnLabel OwnLabel::mirrored() const {
  expect_mirror();
  auto other = *this;
  other.self_ = self_->mirrored();
  return other;
}

OwnLabel OwnLabel::moved(const LabelMove& move) const {
  auto other = *this;
  if (auto changed = self_->moved(move)) other.self_ = std::move(changed);
  return other;
}

}  // namespace faceptor::datasets
