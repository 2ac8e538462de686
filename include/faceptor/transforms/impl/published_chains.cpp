#include <array>

#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>
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

struct TaskChains {
  const char* task;
  int side;  ///< as published
  Chain (*train)(int side);
  Chain (*test)(int side);
};

/// Three of the landmark sets have the face at 0.8 of the crop.
Chain smaller_landmarks_train(int side) { return landmarks_train(0.8, side); }
Chain smaller_landmarks_test(int side) { return landmarks_test(0.8, side); }
Chain full_landmarks_train(int side) { return landmarks_train(1, side); }
Chain full_landmarks_test(int side) { return landmarks_test(1, side); }

inline constexpr std::array<TaskChains, 13> kTaskChains = {{
    {"recog_ms1mv3", 112, identity_train, identity_test},
    {"age_morph2", 112, face112_train, face112_test},
    {"age_utkface", 112, face112_train, face112_test},
    {"biattr_celeba", 112, face112_train, face112_test},
    {"affect_affectnet", 112, face112_train, face112_test},
    {"affect_rafdb", 112, face112_train, face112_test},
    {"affect_ferplus", 112, face112_train, face112_test},
    {"parsing_celebam", 512, parsing_celebam_train, parsing_celebam_test},
    {"parsing_lapa", 512, parsing_lapa_train, parsing_lapa_test},
    {"align_300w", 512, smaller_landmarks_train, smaller_landmarks_test},
    {"align_cofw", 512, smaller_landmarks_train, smaller_landmarks_test},
    {"align_wflw", 512, smaller_landmarks_train, smaller_landmarks_test},
    {"align_aflw", 512, full_landmarks_train, full_landmarks_test},
}};

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

std::vector<std::string> task_names() {
  std::vector<std::string> names;
  for (const auto& one : kTaskChains) names.emplace_back(one.task);
  return names;
}

Chain chain_for(std::string_view task, bool training, std::optional<int> side) {
  for (const auto& one : kTaskChains) {
    if (task == one.task) return (training ? one.train : one.test)(side.value_or(one.side));
  }
  throw Error(ErrorCode::argument, "data: no published task is called \"" + std::string(task) + "\"")
      .hint(text::suggestion(task, task_names()));
}

}  // namespace faceptor::transforms::published
