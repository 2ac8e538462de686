#pragma once

#include <string>

#include <faceptor/core/config.hpp>
#include <faceptor/datasets/dataset.hpp>
#include <faceptor/datasets/dataset_options.hpp>

/// What the readers of expression sets share.
namespace faceptor::data::detail {

/// What is said of a set with the published seven expressions as its classes. @param contempt  with contempt as an eighth
DatasetInfo expression_info(std::string split, std::string task, bool contempt = false);

/// The setting `contempt`: drop (false) or keep (true).
bool keeps_contempt(const DatasetOptions& options, std::string_view format);

}  // namespace faceptor::data::detail

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/datasets/impl/expressions.cpp>
#endif
