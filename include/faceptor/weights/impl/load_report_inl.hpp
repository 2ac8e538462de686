#pragma once

#include <algorithm>

#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/core/unicode.hpp>
#include <faceptor/weights/load_report.hpp>

namespace faceptor::weights {
namespace detail {

FACEPTOR_INLINE std::string first_names(const char* label, const std::vector<std::string>& names) {
  constexpr std::size_t kShown = 3;
  if (names.empty()) return "";
  const auto shown = std::span(names).first(std::min(names.size(), kShown));
  return ", " + std::to_string(names.size()) + " " + label + " (" + text::printable(text::join(shown)) +
         (names.size() > kShown ? ", ..." : "") + ")";
}

}  // namespace detail

FACEPTOR_INLINE std::string LoadReport::to_string() const {
  std::vector<std::string> shapes;
  for (const auto& item : mismatched) {
    shapes.push_back(item.name + ": expected " + text::shape(item.expected) + ", found " + text::shape(item.found));
  }
  return std::to_string(loaded.size()) + " loaded" + detail::first_names("missing", missing) +
         detail::first_names("unexpected", unexpected) + detail::first_names("of another shape", shapes);
}

FACEPTOR_INLINE nlohmann::json LoadReport::to_json() const {
  auto shapes = nlohmann::json::array();
  for (const auto& item : mismatched) shapes.push_back({{"name", item.name}, {"expected", item.expected}, {"found", item.found}});
  return {{"loaded", loaded}, {"missing", missing}, {"unexpected", unexpected}, {"mismatched", shapes}};
}

FACEPTOR_INLINE nn::NamedTensors state_of(const torch::nn::Module& module) {
  nn::NamedTensors state;
  for (const auto& item : module.named_parameters()) state.emplace(item.key(), item.value());
  for (const auto& item : module.named_buffers()) state.emplace(item.key(), item.value());
  return state;
}

FACEPTOR_INLINE LoadReport load_into(torch::nn::Module& module, const nn::NamedTensors& tensors, Strictness strictness) {
  LoadReport report;
  const auto state = state_of(module);
  for (const auto& [name, target] : state) {
    const auto found = tensors.find(name);
    if (found == tensors.end())
      report.missing.push_back(name);
    else if (found->second.sizes() == target.sizes())
      report.loaded.push_back(name);
    else
      report.mismatched.push_back({name, target.sizes().vec(), found->second.sizes().vec()});
  }
  for (const auto& item : tensors) {
    if (state.count(item.first) == 0) report.unexpected.push_back(item.first);
  }
  if (strictness == Strictness::strict && !report.complete()) {
    throw Error(ErrorCode::mismatch, "weights: these weights are not this model's").found(report.to_string());
  }
  for (const auto& name : report.loaded) {
    const auto& given = tensors.at(name);
    if (given.is_floating_point() || !state.at(name).is_floating_point()) continue;
    throw Error(ErrorCode::unsupported,
                "weights: tensor " + text::in_quotes(name) + " holds whole numbers, without the scale they stand for")
        .expected("F32, F16 or BF16")
        .found(std::string(files::to_string(nn::dtype_of(given))))
        .hint("quantized weights are not read: save them as they were before");
  }
  const torch::NoGradGuard no_grad;
  for (const auto& name : report.loaded) {
    auto target = state.at(name);
    target.copy_(tensors.at(name));
  }
  return report;
}

}  // namespace faceptor::weights
