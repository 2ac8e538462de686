#pragma once

#include <utility>

#include <faceptor/transforms/normalise.hpp>

namespace faceptor::data::transforms {

FACEPTOR_INLINE void Normalise::check() const { View().mean(mean).std(std).check(); }

FACEPTOR_INLINE nlohmann::json Normalise::describe() const {
  // As a view writes them: 0.1, not 0.10000000149.
  const nlohmann::json view = View().mean(mean).std(std);
  return {{"mean", view.at("mean")}, {"std", view.at("std")}};
}

FACEPTOR_INLINE void Normalise::apply(TransformState& state) const {
  auto planes = std::move(state.planes());
  normalise(planes, mean, std);
  state.set_normalised(std::move(planes));
}

}  // namespace faceptor::data::transforms
