#pragma once

#include <algorithm>

#include <faceptor/geometry/view_transform.hpp>
#include <faceptor/nn/guard.hpp>
#include <faceptor/results/draw.hpp>
#include <faceptor/train/sample_pictures.hpp>

namespace faceptor::train {
namespace detail {

/// Side by side, on black.
FACEPTOR_INLINE Image in_a_row(const std::vector<Image>& pictures) {
  int width = 0;
  int height = 0;
  for (const auto& picture : pictures) {
    width += picture.width();
    height = std::max(height, picture.height());
  }
  Image row(width, height);
  int left = 0;
  for (const auto& picture : pictures) {
    for (int y = 0; y < picture.height(); ++y) std::copy_n(picture.at(0, y), 3 * picture.width(), row.at(left, y));
    left += picture.width();
  }
  return row;
}

/// One sample's crop with the task's result on it.
FACEPTOR_INLINE Image drawn_sample(const AnyTask& task, const torch::Tensor& image, const torch::Tensor& raw, const std::string& name) {
  const auto& spec = task.spec();
  const auto crop = denormalized(image, spec.view);
  // The crop is all there is to draw on: it takes the photo's place.
  const ViewTransform same(Matrix::Identity(), {crop.width(), crop.height()}, {crop.width(), crop.height()}, 0);
  const std::string no_hash;
  PhotoResult result;
  result.photo = name;
  result.width = crop.width();
  result.height = crop.height();
  result.faces.emplace_back(Box::whole(crop.width(), crop.height()));
  result.faces.back().add(task.read(raw, {spec, same, no_hash}));
  DrawOptions options;
  options.boxes = false;
  options.min_side = 256;
  return draw(crop, result, options);
}

}  // namespace detail

FACEPTOR_INLINE Image denormalized(const torch::Tensor& chw, const View& view) {
  return guarded("train: making a picture of a sample", [&] {
    const auto mean = torch::tensor({view.mean()[0], view.mean()[1], view.mean()[2]}).view({3, 1, 1});
    const auto std = torch::tensor({view.std()[0], view.std()[1], view.std()[2]}).view({3, 1, 1});
    const auto colours = (chw.detach().to(torch::kCPU, torch::kFloat32) * std + mean) * 255;
    const auto bytes = colours.round().clamp(0, 255).to(torch::kUInt8).permute({1, 2, 0}).contiguous();
    const auto* first = bytes.const_data_ptr<std::uint8_t>();
    return Image(static_cast<int>(chw.size(2)), static_cast<int>(chw.size(1)), std::vector<std::uint8_t>(first, first + bytes.numel()));
  });
}

FACEPTOR_INLINE std::vector<std::pair<std::string, Image>> sample_pictures(FaceModel& model, const data::StepBatch& batch,
                                                                           std::size_t count) {
  const torch::NoGradGuard no_grad;
  std::vector<std::pair<std::string, Image>> pictures;
  for (const auto& view : batch.views) {
    for (const auto& [place, begin, end] : view.tasks) {
      const auto rows = std::min(end - begin, static_cast<std::int64_t>(count));
      if (rows < 1) continue;
      const auto& task = model.tasks()[place];
      const auto images = view.images.narrow(0, begin, rows);
      const std::size_t wanted[] = {place};
      const auto device = guarded("train: sample pictures", [&] { return model.module().parameters().front().device(); });
      const auto raw = model.run(images.to(device), wanted)[place].to(torch::kCPU, torch::kFloat32).contiguous();
      std::vector<Image> drawn;
      for (std::int64_t i = 0; i < rows; ++i) {
        const auto name = place < batch.names.size() && static_cast<std::size_t>(i) < batch.names[place].size()
                              ? batch.names[place][static_cast<std::size_t>(i)]
                              : std::string();
        drawn.push_back(detail::drawn_sample(task, images[i], raw[i], name));
      }
      pictures.emplace_back(task.name(), detail::in_a_row(drawn));
    }
  }
  return pictures;
}

}  // namespace faceptor::train
