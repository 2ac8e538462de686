#pragma once

#include <string>
#include <string_view>

#include <faceptor/core/config.hpp>
#include <faceptor/evaluate/plot.hpp>

/// Plots as SVG text, for pages that must stand alone.
namespace faceptor::evaluate::svg {

/// Text that stands for itself in HTML and SVG.
std::string escaped(std::string_view text);

/// A plot as an SVG element.
std::string drawn(const Plot& plot);

}  // namespace faceptor::evaluate::svg

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/report/impl/svg.cpp>
#endif
