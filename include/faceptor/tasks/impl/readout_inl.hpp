#pragma once

#include <span>
#include <tuple>
#include <utility>
#include <vector>

#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/heads/heatmap.hpp>
#include <faceptor/results/parsing_map.hpp>
#include <faceptor/tasks/readout.hpp>

namespace faceptor {

FACEPTOR_INLINE torch::Tensor plain_output(const torch::Tensor& raw, int64_t dimensions, const ReadoutContext& context) {
  if (raw.dim() != dimensions || raw.size(0) != context.spec.outputs) {
    throw Error(ErrorCode::shape, "tasks: the output of task \"" + context.spec.name + "\" can't be read")
        .expected(std::to_string(context.spec.outputs) + (dimensions == 3 ? " x h x w" : " values"))
        .found(text::shape(raw.sizes()));
  }
  return raw.detach().to(torch::kCPU, torch::kFloat32).contiguous();
}

namespace detail {

FACEPTOR_INLINE std::vector<float> floats(const torch::Tensor& plain) {
  const auto* data = plain.const_data_ptr<float>();
  return {data, data + plain.numel()};
}

/// The task's labels, or "0", "1", ... where it has none.
FACEPTOR_INLINE std::vector<std::string> labels_of(const TaskSpec& spec) {
  if (!spec.labels.empty()) return spec.labels;
  std::vector<std::string> numbers;
  for (int64_t i = 0; i < spec.outputs; ++i) numbers.push_back(std::to_string(i));
  return numbers;
}

FACEPTOR_INLINE DenseMaps dense_maps(const torch::Tensor& plain) {
  return {static_cast<int>(plain.size(0)), static_cast<int>(plain.size(1)), static_cast<int>(plain.size(2)),
          std::span<const float>(plain.const_data_ptr<float>(), static_cast<std::size_t>(plain.numel()))};
}

/// The colours of a known set of classes, or distinct ones.
FACEPTOR_INLINE std::vector<Color> parsing_colors(const std::vector<std::string>& labels) {
  for (const auto& known : {results::kCelebaMaskHqClasses, results::kLapaClasses}) {
    if (known.names() == labels) return known.colors();
  }
  std::vector<Color> colors;
  for (std::size_t i = 0; i < labels.size(); ++i) colors.push_back(results::class_color(i));
  return colors;
}

/// Maps over the view's footprint, at the photo's resolution or, where that is finer, about the view's.
FACEPTOR_INLINE results::Maps maps_on_photo(const torch::Tensor& plain, const ReadoutContext& context) {
  const auto region = context.transform.footprint();
  if (region.empty()) return results::Maps();
  const auto mapped = map_back(dense_maps(plain), context.transform, region);  // height x width x C
  auto planes = torch::from_blob(const_cast<float*>(mapped.values.data()), {region.height, region.width, mapped.channels});
  planes = planes.permute({2, 0, 1});
  const auto view = context.transform.view_size();
  const auto shrink = std::max(static_cast<double>(region.width) / view.width, static_cast<double>(region.height) / view.height);
  if (shrink > 1.0) {
    const auto side = [&](int pixels) { return std::max<int64_t>(static_cast<int64_t>(pixels / shrink), 1); };
    planes = torch::adaptive_avg_pool2d(planes.unsqueeze(0), {side(region.height), side(region.width)}).squeeze(0);
  }
  planes = planes.contiguous();
  // A box's edges lie half a pixel before the first pixel's centre and behind the last one's.
  const auto x0 = static_cast<float>(region.x) - 0.5F;
  const auto y0 = static_cast<float>(region.y) - 0.5F;
  return {labels_of(context.spec), Box{x0, y0, x0 + static_cast<float>(region.width), y0 + static_cast<float>(region.height)},
          static_cast<int>(planes.size(2)), static_cast<int>(planes.size(1)), floats(planes)};
}

}  // namespace detail

FACEPTOR_INLINE torch::Tensor age_distribution(const torch::Tensor& raw) {
  const auto p = raw.sigmoid();
  return p / p.sum(-1, /*keepdim=*/true).clamp_min(1e-12);
}

FACEPTOR_INLINE torch::Tensor expected_age(const torch::Tensor& distribution) {
  return distribution.matmul(torch::arange(distribution.size(-1), distribution.options()));
}

FACEPTOR_INLINE results::Landmarks Readout<results::Landmarks>::read(const torch::Tensor& raw, const ReadoutContext& context) {
  const auto heatmaps = plain_output(raw, 3, context).sigmoid();
  const auto normalised = heads::points_from_heatmaps(heatmaps.unsqueeze(0)).squeeze(0).contiguous();  // N x 2
  const auto size = context.transform.view_size();
  const auto* p = normalised.const_data_ptr<float>();
  Points in_view;
  for (int64_t i = 0; i < normalised.size(0); ++i) {
    in_view.push_back({p[2 * i] * static_cast<float>(size.width) - 0.5F, p[2 * i + 1] * static_cast<float>(size.height) - 0.5F});
  }
  const auto scheme = context.spec.scheme.empty() ? context.spec.name : context.spec.scheme;
  return {scheme, context.transform.to_photo(in_view), detail::floats(heatmaps.amax({1, 2}).contiguous())};
}

FACEPTOR_INLINE results::ParsingMap Readout<results::ParsingMap>::read(const torch::Tensor& raw, const ReadoutContext& context) {
  const auto plain = plain_output(raw, 3, context);
  auto labels = detail::labels_of(context.spec);
  auto colors = detail::parsing_colors(labels);
  if (context.transform.footprint().empty()) return {0, 0, 0, 0, {}, std::move(labels), std::move(colors)};
  auto mapped = map_back_argmax(detail::dense_maps(plain), context.transform);
  const auto& region = mapped.region;
  return {region.x, region.y, region.width, region.height, std::move(mapped.labels.labels), std::move(labels), std::move(colors)};
}

FACEPTOR_INLINE results::AgeEstimate Readout<results::AgeEstimate>::read(const torch::Tensor& raw, const ReadoutContext& context) {
  return results::AgeEstimate(detail::floats(age_distribution(plain_output(raw, 1, context))));
}

FACEPTOR_INLINE results::Expression Readout<results::Expression>::read(const torch::Tensor& raw, const ReadoutContext& context) {
  return {detail::labels_of(context.spec), detail::floats(plain_output(raw, 1, context).softmax(0))};
}

FACEPTOR_INLINE results::Attributes Readout<results::Attributes>::read(const torch::Tensor& raw, const ReadoutContext& context) {
  auto probabilities = detail::floats(plain_output(raw, 1, context).sigmoid());
  if (context.spec.thresholds.empty()) return {detail::labels_of(context.spec), std::move(probabilities)};
  return {detail::labels_of(context.spec), std::move(probabilities), context.spec.thresholds};
}

FACEPTOR_INLINE results::Embedding Readout<results::Embedding>::read(const torch::Tensor& raw, const ReadoutContext& context) {
  return {detail::floats(plain_output(raw, 1, context)), context.model_hash};
}

FACEPTOR_INLINE results::Probabilities Readout<results::Probabilities>::read(const torch::Tensor& raw, const ReadoutContext& context) {
  return {detail::labels_of(context.spec), detail::floats(plain_output(raw, 1, context).sigmoid())};
}

FACEPTOR_INLINE results::Values Readout<results::Values>::read(const torch::Tensor& raw, const ReadoutContext& context) {
  return {detail::labels_of(context.spec), detail::floats(plain_output(raw, 1, context))};
}

FACEPTOR_INLINE results::Maps Readout<results::Maps>::read(const torch::Tensor& raw, const ReadoutContext& context) {
  return detail::maps_on_photo(plain_output(raw, 3, context), context);
}

FACEPTOR_INLINE results::Probabilities ClassProbabilities::read(const torch::Tensor& raw, const ReadoutContext& context) {
  return {detail::labels_of(context.spec), detail::floats(plain_output(raw, 1, context).softmax(0))};
}

FACEPTOR_INLINE results::Maps SoftMasks::read(const torch::Tensor& raw, const ReadoutContext& context) {
  return detail::maps_on_photo(plain_output(raw, 3, context).sigmoid(), context);
}

FACEPTOR_INLINE torch::Tensor Readout<results::Landmarks>::predictions(const torch::Tensor& raw, const TaskSpec& spec) {
  return heads::pixel_points(heads::points_from_heatmaps(raw.sigmoid()), spec.view.height(), spec.view.width());
}

FACEPTOR_INLINE losses::Labels Readout<results::Landmarks>::truth(losses::Labels labels, const TaskSpec& spec) {
  labels.primary = heads::pixel_points(labels.primary, spec.view.height(), spec.view.width());
  return labels;
}

FACEPTOR_INLINE NamedParts Readout<results::Landmarks>::parts(const torch::Tensor& raw, Size) {
  const auto acted = raw.sigmoid();
  return {{"heatmap", raw}, {"heatmap_acted", acted}, {"landmark", heads::points_from_heatmaps(acted)}};
}

namespace detail {

/// Maps at the size of the crop, B x Q x H x W.
FACEPTOR_INLINE torch::Tensor at_crop_size(const torch::Tensor& maps, Size crop) {
  return at::upsample_bilinear2d(maps, {crop.height, crop.width}, false, std::nullopt, std::nullopt);
}

FACEPTOR_INLINE torch::Tensor SigmoidReadout::predictions(const torch::Tensor& raw, const TaskSpec&) { return raw.sigmoid(); }

FACEPTOR_INLINE NamedParts SigmoidReadout::parts(const torch::Tensor& raw, Size) { return {{"probability", raw.sigmoid()}}; }

FACEPTOR_INLINE torch::Tensor SoftmaxReadout::predictions(const torch::Tensor& raw, const TaskSpec&) { return raw.softmax(1); }

FACEPTOR_INLINE NamedParts SoftmaxReadout::parts(const torch::Tensor& raw, Size) { return {{"probability", raw.softmax(1)}}; }

}  // namespace detail

FACEPTOR_INLINE NamedParts Readout<results::ParsingMap>::parts(const torch::Tensor& raw, Size crop) {
  const auto full = detail::at_crop_size(raw, crop);
  return {{"output", full.permute({0, 2, 3, 1})}, {"label", full.argmax(1).to(torch::kUInt8)}};
}

FACEPTOR_INLINE torch::Tensor Readout<results::AgeEstimate>::predictions(const torch::Tensor& raw, const TaskSpec&) {
  return expected_age(age_distribution(raw));
}

FACEPTOR_INLINE NamedParts Readout<results::AgeEstimate>::parts(const torch::Tensor& raw, Size) {
  const auto distribution = age_distribution(raw);
  return {{"distribution", distribution}, {"age", expected_age(distribution)}};
}

FACEPTOR_INLINE torch::Tensor SoftMasks::predictions(const torch::Tensor& raw, const TaskSpec&) { return raw.sigmoid(); }

FACEPTOR_INLINE NamedParts SoftMasks::parts(const torch::Tensor& raw, Size crop) {
  return {{"output", detail::at_crop_size(raw, crop).sigmoid().permute({0, 2, 3, 1})}};
}

FACEPTOR_INLINE NamedParts Readout<results::Maps>::parts(const torch::Tensor& raw, Size crop) {
  return {{"output", detail::at_crop_size(raw, crop).permute({0, 2, 3, 1})}};
}

FACEPTOR_INLINE NamedParts Readout<results::Embedding>::parts(const torch::Tensor& raw, Size) {
  return {{"unit", torch::nn::functional::normalize(raw, torch::nn::functional::NormalizeFuncOptions().dim(1))}};
}

FACEPTOR_INLINE Registry<std::shared_ptr<const ReadoutType>>& readout_registry() {
  static Registry<std::shared_ptr<const ReadoutType>> readouts("readout", "register_readout<Readout>()", [](auto& parts) {
    const auto add = [&]<class... R>(std::tuple<R...>*) { (detail::add_readout<R>(parts), ...); };
    add(static_cast<std::tuple<results::Landmarks, results::ParsingMap, results::AgeEstimate, results::Expression, results::Attributes,
                               results::Embedding, results::Probabilities, results::Values, results::Maps, ClassProbabilities, SoftMasks>*>(
        nullptr));
  });
  return readouts;
}

}  // namespace faceptor
