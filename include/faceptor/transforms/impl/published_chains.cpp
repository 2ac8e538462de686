#include <fmt/format.h>

#include <cmath>

#include <faceptor/core/error.hpp>
#include <faceptor/geometry/view.hpp>
#include <faceptor/transforms/crop.hpp>
#include <faceptor/transforms/mirror.hpp>
#include <faceptor/transforms/photometric.hpp>
#include <faceptor/transforms/published_chains.hpp>
#include <faceptor/transforms/rand_augment.hpp>
#include <faceptor/transforms/resize.hpp>

namespace faceptor::transforms::published {
namespace {

View square_view(View view, int side) { return view.width(side).height(side); }

Chain view_as_in_use(const View& view) { return Chain().then(Crop{.view = view}).then(Extract{view}); }

Chain parsing_train(const View& view) {
  return Chain()
      .then(Crop{.view = view})
      .then(NormalSimilarity{})
      .then(Map{.warp = view.warp()})
      .then(Grey{})
      .then(Gamma{})
      .then(Blur{})
      .then(Normalise::clip());
}

/// The side of a crop as the published ones are.
int side_of(const View& view) {
  view.check();
  if (view.width() == view.height()) return view.width();
  throw Error(ErrorCode::argument, "data: the published chains make square crops")
      .expected("a view of one side")
      .found(fmt::format("{} x {}", view.width(), view.height()));
}

}  // namespace

Chain identity_train(int side) { return Chain().then(Resize{.width = side, .height = side}).then(Mirror{}).then(Normalise{}); }

Chain identity_test(int side) {
  return Chain()
      .then(ShortSide{.side = side})
      .then(StretchCorners{.width = side, .height = side})
      .then(Map{.interpolation = Interpolation::bilinear})
      .then(Normalise{});
}

Chain face112_train(int side) {
  return Chain()
      .then(SquareCrop{})
      .then(Resize{.width = side, .height = side, .filter = Filter::bicubic})
      .then(Mirror{})
      .then(RandAugment{})
      .then(Normalise{})
      .then(RandomErasing{});
}

Chain face112_test(int side) { return Chain().then(Resize{.width = side, .height = side}).then(Normalise{}); }

Chain parsing_celebam_train(int side) { return parsing_train(square_view(views::published::parsing_celebam(), side)); }

Chain parsing_celebam_test(int side) { return view_as_in_use(square_view(views::published::parsing_celebam(), side)); }

Chain parsing_lapa_train(int side) { return parsing_train(square_view(views::published::parsing_lapa(), side)); }

Chain parsing_lapa_test(int side) { return view_as_in_use(square_view(views::published::parsing_lapa(), side)); }

Chain landmarks_train(double m, int side) {
  return Chain()
      .then(Crop{.view = square_view(views::published::landmarks(1), side)})
      .then(RandomSimilarity::about(m))
      .then(Map{})
      .then(Occlusion{})
      .then(NoiseFusion{})
      .then(Grey{})
      .then(Gamma{})
      .then(Blur{})
      .then(Normalise::clip());
}

Chain landmarks_test(double m, int side) { return view_as_in_use(square_view(views::published::landmarks(static_cast<float>(m)), side)); }

Chain identity(const View& view, bool training) { return (training ? identity_train : identity_test)(side_of(view)); }

Chain face(const View& view, bool training) { return (training ? face112_train : face112_test)(side_of(view)); }

Chain parsing(const View& view, bool training) {
  side_of(view);
  return (training ? parsing_train : view_as_in_use)(view);
}

Chain landmarks(const View& view, bool training) {
  const double scale = std::round(1e6 * double{view.scale()}) / 1e6;  // 0.8F is meant as 0.8
  return (training ? landmarks_train : landmarks_test)(scale, side_of(view));
}

}  // namespace faceptor::transforms::published
