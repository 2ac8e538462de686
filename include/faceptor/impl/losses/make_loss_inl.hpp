#pragma once

#include <fmt/format.h>

#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/losses/adaptive_wing.hpp>
#include <faceptor/losses/age_distribution.hpp>
#include <faceptor/losses/arcface.hpp>
#include <faceptor/losses/binary_cross_entropy.hpp>
#include <faceptor/losses/binary_focal.hpp>
#include <faceptor/losses/cosface.hpp>
#include <faceptor/losses/cosine_distance.hpp>
#include <faceptor/losses/cross_entropy.hpp>
#include <faceptor/losses/dice.hpp>
#include <faceptor/losses/focal.hpp>
#include <faceptor/losses/landmark.hpp>
#include <faceptor/losses/make_loss.hpp>
#include <faceptor/losses/mean_absolute_error.hpp>
#include <faceptor/losses/mean_squared_error.hpp>
#include <faceptor/losses/parsing_cross_entropy.hpp>
#include <faceptor/losses/wing.hpp>

namespace faceptor::losses {

namespace detail {

struct LossEntry {
  const char* name;
  std::shared_ptr<LossImpl> (*make)(const nlohmann::json& options);
};

template <class Loss>
constexpr LossEntry entry() {
  return {Loss::kName, [](const nlohmann::json& options) -> std::shared_ptr<LossImpl> {
            return std::make_shared<typename Loss::Impl>(options.get<typename Loss::Options>());
          }};
}

FACEPTOR_INLINE const std::vector<LossEntry>& built_in_losses() {
  static const std::vector<LossEntry> losses{entry<CrossEntropy>(),      entry<BinaryCrossEntropy>(),
                                             entry<AgeDistribution>(),   entry<CosFace>(),
                                             entry<ArcFace>(),           entry<ParsingCrossEntropy>(),
                                             entry<Landmark>(),          entry<MeanSquaredError>(),
                                             entry<MeanAbsoluteError>(), entry<Wing>(),
                                             entry<AdaptiveWing>(),      entry<Focal>(),
                                             entry<BinaryFocal>(),       entry<Dice>(),
                                             entry<CosineDistance>()};
  return losses;
}

FACEPTOR_INLINE void expect_one_an_output(std::string_view loss, const nlohmann::json& options, const char* name, int64_t outputs) {
  const auto it = options.find(name);
  if (outputs == 0 || it == options.end() || it->empty() || it->size() == static_cast<size_t>(outputs)) return;
  throw Error(ErrorCode::argument, fmt::format("losses: {}: one number an output is needed", loss))
      .where(name)
      .expected(std::to_string(outputs))
      .found(std::to_string(it->size()));
}

}  // namespace detail

FACEPTOR_INLINE std::vector<std::string> loss_names() {
  std::vector<std::string> names;
  for (const auto& loss : detail::built_in_losses()) names.emplace_back(loss.name);
  return names;
}

FACEPTOR_INLINE std::shared_ptr<LossImpl> make_loss(std::string_view name, const nlohmann::json& options, int64_t outputs) {
  for (const auto& loss : detail::built_in_losses()) {
    if (name != loss.name) continue;
    auto complete = options.is_null() ? nlohmann::json::object() : options;
    const bool margin = name == CosFace::kName || name == ArcFace::kName;
    if (margin && outputs > 0 && complete.is_object() && !complete.contains("width")) complete["width"] = outputs;
    try {
      auto made = loss.make(complete);
      const auto filled = made->options_json();
      detail::expect_one_an_output(name, filled, "positive_ratios", outputs);
      detail::expect_one_an_output(name, filled, "class_weights", outputs);
      return made;
    } catch (Error& error) {
      if (error.where().empty()) error.where(std::string(name));
      throw;
    }
  }
  throw Error(ErrorCode::argument, fmt::format("losses: there is no loss \"{}\"", name)).hint(text::suggestion(name, loss_names()));
}

}  // namespace faceptor::losses
