#pragma once

#include <string>
#include <string_view>

#include <faceptor/core/config.hpp>
#include <faceptor/evaluate/figure.hpp>

/// Plots as SVG text, for pages that must stand alone.
namespace faceptor::report::svg {

/// Text that stands for itself in HTML and SVG.
std::string escaped(std::string_view text);

/// A plot as an SVG element.
std::string drawn(const evaluate::Plot& plot);

}  // namespace faceptor::report::svg
