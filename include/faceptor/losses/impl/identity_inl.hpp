#pragma once

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>
#include <vector>

#include <faceptor/core/error.hpp>
#include <faceptor/core/random.hpp>
#include <faceptor/losses/checks.hpp>
#include <faceptor/losses/identity.hpp>
#include <faceptor/losses/regression.hpp>

namespace faceptor::losses {

FACEPTOR_INLINE torch::Tensor initial_class_matrix(const MarginOptions& options) {
  constexpr auto kWho = "losses: class matrix";
  expect_option(kWho, "classes", static_cast<double>(options.classes()), 1, 1e9);
  expect_option(kWho, "width", static_cast<double>(options.width()), 1, 1e6);
  expect_option(kWho, "scale", options.scale(), 1e-6, 1e6);
  expect_option(kWho, "margin", options.margin(), 0, 1.5);
  expect_option(kWho, "sample_rate", options.sample_rate(), 1e-9, 1);
  const double bound = 1.0 / std::sqrt(static_cast<double>(options.width()));
  const torch::NoGradGuard no_grad;
  return torch::empty({options.classes(), options.width()}).uniform_(-bound, bound);
}

FACEPTOR_INLINE ChosenClasses choose_classes(const torch::Tensor& class_matrix, const torch::Tensor& labels, const MarginOptions& options,
                                             std::uint64_t counter) {
  const auto classes = class_matrix.size(0);
  const auto labels_here = labels.to(torch::kCPU, torch::kLong).contiguous();
  const std::span<const int64_t> own(labels_here.data_ptr<int64_t>(), static_cast<size_t>(labels_here.numel()));

  std::vector<bool> taken(static_cast<size_t>(classes), false);
  for (const auto label : own) taken[static_cast<size_t>(label)] = true;
  std::vector<int64_t> chosen;
  std::vector<int64_t> others;
  for (int64_t c = 0; c < classes; ++c) (taken[static_cast<size_t>(c)] ? chosen : others).push_back(c);

  const auto wanted = static_cast<size_t>(std::ceil(options.sample_rate() * static_cast<double>(classes)));
  const auto drawn = std::min(wanted - std::min(wanted, chosen.size()), others.size());
  Random random(options.seed(), {counter});
  for (size_t i = 0; i < drawn; ++i) {
    std::swap(others[i], others[i + random.integer(std::uint64_t{others.size() - i})]);
    chosen.push_back(others[i]);
  }
  std::sort(chosen.begin(), chosen.end());

  std::vector<int64_t> relabelled;
  relabelled.reserve(own.size());
  for (const auto label : own) relabelled.push_back(std::lower_bound(chosen.begin(), chosen.end(), label) - chosen.begin());
  const auto device = class_matrix.device();
  return {class_matrix.index_select(0, torch::tensor(chosen, torch::kLong).to(device)), torch::tensor(relabelled, torch::kLong).to(device)};
}

FACEPTOR_INLINE torch::Tensor class_cosines(const torch::Tensor& embeddings, const torch::Tensor& rows) {
  const auto lengths = embeddings.norm(2, 1, true) * rows.norm(2, 1, true).t();  // B x C
  return embeddings.matmul(rows.t()) / lengths.clamp_min(1e-8);
}

FACEPTOR_INLINE ChosenClasses margin_classes(std::string_view who, const torch::Tensor& output, const torch::Tensor& labels,
                                             const torch::Tensor& class_matrix, const MarginOptions& options, bool training,
                                             std::uint64_t counter) {
  expect_floating(who, "output", output, {kAny, class_matrix.size(1)}, "embeddings [B, D]");
  expect_integers(who, "labels", labels, {output.size(0)}, "class indices [B]");
  expect_range(who, "labels", labels, 0, static_cast<double>(class_matrix.size(0) - 1));
  if (training && options.sample_rate() < 1) return choose_classes(class_matrix, labels, options, counter);
  return {class_matrix, labels.to(torch::kLong)};
}

FACEPTOR_INLINE LossValue margin_cross_entropy(const torch::Tensor& cosines, const torch::Tensor& labels, const torch::Tensor& own,
                                               double scale) {
  const auto logits = cosines.scatter(1, labels.unsqueeze(1), own) * scale;  // B x C
  return {torch::nn::functional::cross_entropy(logits, labels), {}, share_of(logits.argmax(1) == labels)};
}

FACEPTOR_INLINE CosFaceImpl::CosFaceImpl(CosFaceOptions chosen) : LossModule(std::move(chosen)) {
  class_matrix = register_parameter("class_matrix", initial_class_matrix(options));
}

FACEPTOR_INLINE LossValue CosFaceImpl::forward(const torch::Tensor& output, const Labels& labels) {
  const auto chosen = margin_classes("losses: cosface", output, labels.primary, class_matrix, options, is_training(), counter_);
  if (is_training()) ++counter_;
  const auto cosines = class_cosines(output, chosen.rows);                            // B x C
  const auto own = cosines.gather(1, chosen.labels.unsqueeze(1)) - options.margin();  // B x 1
  return margin_cross_entropy(cosines, chosen.labels, own, options.scale());
}

FACEPTOR_INLINE ArcFaceImpl::ArcFaceImpl(ArcFaceOptions chosen) : LossModule(std::move(chosen)) {
  class_matrix = register_parameter("class_matrix", initial_class_matrix(options));
}

FACEPTOR_INLINE LossValue ArcFaceImpl::forward(const torch::Tensor& output, const Labels& labels) {
  const auto chosen = margin_classes("losses: arcface", output, labels.primary, class_matrix, options, is_training(), counter_);
  if (is_training()) ++counter_;
  const auto cosines = class_cosines(output, chosen.rows);            // B x C
  const auto cosine = cosines.gather(1, chosen.labels.unsqueeze(1));  // B x 1
  // The clamp keeps the root's gradient finite where the angle is 0 or pi.
  const auto sine = (1 - cosine.square()).clamp_min(1e-12).sqrt();
  const auto turned = cosine * std::cos(options.margin()) - sine * std::sin(options.margin());
  const auto own = torch::where(cosine > -std::cos(options.margin()), turned, cosine - options.margin() * std::sin(options.margin()));
  return margin_cross_entropy(cosines, chosen.labels, own, options.scale());
}

FACEPTOR_INLINE CosineDistanceImpl::CosineDistanceImpl(CosineDistanceOptions chosen) : LossModule(std::move(chosen)) {}

FACEPTOR_INLINE LossValue CosineDistanceImpl::forward(const torch::Tensor& output, const Labels& labels) {
  constexpr auto kWho = "losses: cosine_distance";
  expect_floating(kWho, "output", output, {kAny, kAny}, "[B, D]");
  const auto [given, target] = regression(kWho, output, labels);
  const auto settings = torch::nn::functional::CosineSimilarityFuncOptions().dim(1);
  return {(1 - torch::nn::functional::cosine_similarity(given, target, settings)).mean()};
}

}  // namespace faceptor::losses
