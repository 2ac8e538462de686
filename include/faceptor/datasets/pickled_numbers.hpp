#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/core/error.hpp>
#include <faceptor/files/pickle.hpp>

/// Whole numbers in a pickle, however Python's user kept them: in lists, in tuples, or in arrays of numpy.
namespace faceptor::datasets::detail {

namespace pickle = files::pickle;

/// An error about a part of a pickle. @param summary  without the room  @param place  file and name of the value
Error pickled_error(ErrorCode code, std::string_view summary, const std::string& place);

/// @throws Error(format) if a value is neither a list nor a tuple
void expect_pickled_list(const pickle::Value& value, const std::string& place);

/// The globals that arrays of numpy are pickled with, for `pickle::Options::allowed`; with `easydict`, a dict by another name.
std::span<const pickle::AllowedGlobal> number_globals();

/// One row of numbers. @param place  file and name of the value, "label.pkl, partition.train"
/// @throws Error(format)       for something else than a list of whole numbers, or an array whose parts don't fit each other
/// @throws Error(unsupported)  for an array of something else than numbers of 1, 2, 4 or 8 bytes
std::vector<std::int64_t> pickled_row(const pickle::Value& value, const std::string& place);

/// Rows of numbers, each `columns` long, one after the other. Errors as of `pickled_row`.
std::vector<std::int64_t> pickled_rows(const pickle::Value& value, std::size_t columns, const std::string& place);

}  // namespace faceptor::datasets::detail
