#pragma once

#include <string_view>

#include <faceptor/core/config.hpp>

/// Checks of the parameters of steps.
namespace faceptor::transforms::detail {

/// @throws Error(argument)  naming the step, the parameter and its bounds, unless low <= value <= high
void check_parameter(std::string_view step, std::string_view parameter, double value, double low, double high);

/// 0 to 1.
void check_probability(std::string_view step, double value);

/// Two ends of a range, in order and within bounds.
void check_range(std::string_view step, std::string_view parameter, double first, double last, double low, double high);

}  // namespace faceptor::transforms::detail
