#pragma once

#include <utility>

#include <faceptor/core/error.hpp>

namespace faceptor {

FACEPTOR_INLINE std::string_view to_string(ErrorCode code) {
  switch (code) {
    case ErrorCode::io: return "io";
    case ErrorCode::format: return "format";
    case ErrorCode::unsupported: return "unsupported";
    case ErrorCode::limit: return "limit";
    case ErrorCode::shape: return "shape";
    case ErrorCode::argument: return "argument";
    case ErrorCode::mismatch: return "mismatch";
    case ErrorCode::internal: return "internal";
  }
  return "internal";
}

FACEPTOR_INLINE Error::Error(ErrorCode code, std::string what) : code_(code), summary_(std::move(what)) { compose(); }

FACEPTOR_INLINE Error& Error::where(std::string value) & {
  where_ = std::move(value);
  compose();
  return *this;
}
FACEPTOR_INLINE Error&& Error::where(std::string value) && { return std::move(where(std::move(value))); }

FACEPTOR_INLINE Error& Error::expected(std::string value) & {
  expected_ = std::move(value);
  compose();
  return *this;
}
FACEPTOR_INLINE Error&& Error::expected(std::string value) && { return std::move(expected(std::move(value))); }

FACEPTOR_INLINE Error& Error::found(std::string value) & {
  found_ = std::move(value);
  compose();
  return *this;
}
FACEPTOR_INLINE Error&& Error::found(std::string value) && { return std::move(found(std::move(value))); }

FACEPTOR_INLINE Error& Error::hint(std::string value) & {
  hint_ = std::move(value);
  compose();
  return *this;
}
FACEPTOR_INLINE Error&& Error::hint(std::string value) && { return std::move(hint(std::move(value))); }

FACEPTOR_INLINE void Error::compose() {
  message_ = summary_;
  if (!where_.empty()) message_ += " (" + where_ + ")";
  if (!expected_.empty()) message_ += ": expected " + expected_;
  if (!found_.empty()) message_ += (expected_.empty() ? ": found " : ", found ") + found_;
  if (!hint_.empty()) message_ += "; " + hint_;
}

}  // namespace faceptor
