#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

/// Runs that are ready to start, for `read_config` and the configuration's key "preset": the published ones, made from
/// published/table.hpp, and small ones.
namespace faceptor::train {

/// The embedded presets: "naive-base", "naive-full", "faceptor-base", "faceptor-full", "stage2-age", "stage2-biattr",
/// "stage2-affect", "auxiliary", "tiny", "tiny-naive".
std::vector<std::string> preset_names();
/// What a preset is for, in a sentence. @throws Error(argument) for an unknown name, with the nearest known one
std::string preset_summary(std::string_view name);
/// Its values, for `read_config`. @throws Error(argument) for an unknown name, with the nearest known one
nlohmann::json preset(std::string_view name);

}  // namespace faceptor::train
