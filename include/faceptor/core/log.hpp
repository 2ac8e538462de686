#pragma once

#include <functional>
#include <string_view>

#include <faceptor/core/config.hpp>

namespace faceptor {

/// How much a line matters.
enum class LogLevel { debug, info, warning };

/// Receives what the library has to say; never images, embeddings or other data of faces.
using LogSink = std::function<void(LogLevel, std::string_view)>;

/// Replaces the sink of this process. The default one writes warnings to standard error and drops the rest.
/// Thread-safe; an empty function silences the library.
void set_log_sink(LogSink sink);

/// Hands one line, without its newline, to the sink.
void log(LogLevel level, std::string_view line);

}  // namespace faceptor

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/core/impl/log_inl.hpp>
#endif
