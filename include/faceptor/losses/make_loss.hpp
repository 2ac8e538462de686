#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/core/registry.hpp>
#include <faceptor/losses/loss.hpp>
#include <faceptor/losses/own_loss.hpp>

/// Losses by name, as weights files and configurations name them.
namespace faceptor::losses {

/// What is known of a loss by its name.
struct LossType {
  /// @param options  as `LossImpl::options_json` gives them
  /// @param outputs  the task's number of outputs, or the width of its embeddings; 0 if not known
  std::function<std::shared_ptr<LossImpl>(const nlohmann::json& options, std::int64_t outputs)> make;
  /// The labels it takes, without making it.
  std::function<LabelNeeds(const nlohmann::json& options, std::int64_t outputs)> needs;
};

/// All losses: the library's, and those made known.
Registry<LossType>& loss_registry();

namespace detail {

template <class L>
void add_loss(Registry<LossType>& registry) {
  static_assert(check_loss<L>());
  using Impl = LossImplOf<L>;
  using Options = LossOptionsOf<L>;
  registry.add(Impl::kName,
               {[](const nlohmann::json& options, std::int64_t outputs) -> std::shared_ptr<LossImpl> {
                  return std::make_shared<Impl>(read_options<Options>(options, outputs));
                },
                [](const nlohmann::json& options, std::int64_t outputs) {
                  return needs_of<Impl>(read_options<Options>(options, outputs), outputs);
                }},
               &typeid(Impl));
}

}  // namespace detail

/// Makes a loss of one's own known by its `kName`, so that weights files and configurations can name it. A `Task` with that loss does so
/// by itself. @throws Error(argument) when another type has the name
template <class L>
void register_loss() {
  detail::add_loss<L>(loss_registry());
}

/// The names `make_loss` knows.
std::vector<std::string> loss_names();

/// A loss by name.
/// @param name     such as "cross_entropy": a loss type's `kName`
/// @param options  as `LossImpl::options_json` gives them; absent ones keep their default
/// @param outputs  the task's number of outputs, or the width of its embeddings; 0 if not known. A margin loss takes its width from it;
///                 options with one number an output must have that many
/// @throws Error(unsupported) for an unknown name, Error(argument) for unknown options, naming the nearest
std::shared_ptr<LossImpl> make_loss(std::string_view name, const nlohmann::json& options = nlohmann::json::object(),
                                    std::int64_t outputs = 0);

/// The labels that a loss takes, by its name. @throws Error as `make_loss`
LabelNeeds label_needs(std::string_view name, const nlohmann::json& options, std::int64_t outputs);

}  // namespace faceptor::losses

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/losses/impl/make_loss_inl.hpp>
#endif
