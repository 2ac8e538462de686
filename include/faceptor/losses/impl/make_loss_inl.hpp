#pragma once

#include <tuple>

#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/losses/age_distribution.hpp>
#include <faceptor/losses/classification.hpp>
#include <faceptor/losses/dense.hpp>
#include <faceptor/losses/identity.hpp>
#include <faceptor/losses/make_loss.hpp>
#include <faceptor/losses/regression.hpp>

namespace faceptor::losses {

FACEPTOR_INLINE Registry<LossType>& loss_registry() {
  static Registry<LossType> losses("loss", "losses::register_loss<Loss>()", [](auto& parts) {
    const auto add = [&]<class... L>(std::tuple<L...>*) { (detail::add_loss<L>(parts), ...); };
    add(static_cast<std::tuple<CrossEntropy, BinaryCrossEntropy, AgeDistribution, CosFace, ArcFace, ParsingCrossEntropy, Landmark,
                               MeanSquaredError, MeanAbsoluteError, Wing, AdaptiveWing, Focal, BinaryFocal, Dice, CosineDistance>*>(
        nullptr));
  });
  return losses;
}

namespace detail {

/// Runs `f`; what it throws says which loss it is about.
template <class F>
decltype(auto) for_loss(std::string_view name, F&& f) {
  try {
    return std::forward<F>(f)();
  } catch (Error& error) {
    if (error.where().empty()) error.where("loss " + std::string(name));
    throw;
  }
}

}  // namespace detail

FACEPTOR_INLINE std::vector<std::string> loss_names() { return loss_registry().names(); }

FACEPTOR_INLINE std::shared_ptr<LossImpl> make_loss(std::string_view name, const nlohmann::json& options, int64_t outputs) {
  const auto type = loss_registry().get(name);
  return detail::for_loss(name, [&] { return type.make(options, outputs); });
}

FACEPTOR_INLINE LabelNeeds label_needs(std::string_view name, const nlohmann::json& options, int64_t outputs) {
  const auto type = loss_registry().get(name);
  return detail::for_loss(name, [&] { return type.needs(options, outputs); });
}

}  // namespace faceptor::losses
