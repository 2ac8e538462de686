#pragma once

#include <string>
#include <string_view>

#include <faceptor/core/config.hpp>

/// Names that come from file systems: bytes of any kind.
namespace faceptor::text {

/// Text that can't move a terminal's cursor, begin a line of its own, or be shown in another order than it is written: control characters,
/// those of two bytes (U+0080 to U+009F) included, Unicode's line ends and its marks of writing direction, as '?'. All other bytes stay as
/// they are.
std::string printable(std::string_view text);

/// Letters with marks as single characters (Unicode's NFC), where Macs write the letter and its marks one after the other (NFD): of the
/// Latin, Greek and Cyrillic scripts, kana and Hangul. Other bytes, UTF-8 or not, stay as they are.
std::string composed(std::string_view text);

}  // namespace faceptor::text

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/core/impl/unicode_inl.hpp>
#endif
