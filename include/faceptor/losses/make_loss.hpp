#pragma once

#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/losses/loss.hpp>

namespace faceptor::losses {

/// The names `make_loss` knows.
std::vector<std::string> loss_names();

/// A loss of this library by name, as weights files and configurations name it.
/// @param name     such as "cross_entropy": a loss type's `kName`
/// @param options  as `LossImpl::options_json` gives them; absent ones keep their default
/// @param outputs  the task's number of outputs, or the width of its embeddings; 0 if not known. A margin loss without a "width"
///                 takes it from here; options with one number an output must have that many.
/// @throws Error(argument) for unknown names and options, naming the nearest
std::shared_ptr<LossImpl> make_loss(std::string_view name, const nlohmann::json& options = nlohmann::json::object(),
                                    std::int64_t outputs = 0);

}  // namespace faceptor::losses

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/impl/losses/make_loss_inl.hpp>
#endif
