#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/datasets/dataset.hpp>
#include <faceptor/evaluate/outcomes.hpp>

namespace faceptor::evaluate {

/// Places of outcomes that have one value of a column in common.
struct Group {
  std::string by;     ///< the column
  std::string value;  ///< "female", "20 to 40", "not stated"
  std::vector<std::size_t> places;
};

/// Sorts places into groups by columns of their samples (of pairs, of the first picture).
///
/// A column is named as it stands in the set. "NAME:20,40,60" makes bands of a column of numbers: below 20, 20 to 40, 40 to 60, 60 and
/// above. "age" is also the age label itself, and "age_band" stands for "age:10,20,30,40,50,60,70".
/// @param columns  as above
/// @return         in the order of the columns; words sorted, bands ascending, "not stated" last
/// @throws Error(argument)  for a column that no sample has, or edges that are no ascending numbers
std::vector<Group> group_places(const Outcomes& outcomes, const data::Dataset& set, std::span<const std::string> columns);

}  // namespace faceptor::evaluate

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/evaluate/impl/groups.cpp>
#endif
