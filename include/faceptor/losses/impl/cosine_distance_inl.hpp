#pragma once

#include <utility>

#include <faceptor/losses/checks.hpp>
#include <faceptor/losses/cosine_distance.hpp>
#include <faceptor/losses/regression.hpp>

namespace faceptor::losses {

FACEPTOR_INLINE CosineDistanceImpl::CosineDistanceImpl(CosineDistanceOptions chosen) : LossModule(std::move(chosen)) {}

FACEPTOR_INLINE LossValue CosineDistanceImpl::forward(const torch::Tensor& output, const Labels& labels) {
  constexpr auto kWho = "losses: cosine_distance";
  expect_floating(kWho, "output", output, {kAny, kAny}, "[B, D]");
  const auto [given, target] = regression(kWho, output, labels);
  const auto settings = torch::nn::functional::CosineSimilarityFuncOptions().dim(1);
  return {(1 - torch::nn::functional::cosine_similarity(given, target, settings)).mean()};
}

}  // namespace faceptor::losses
