#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include <faceptor/core/config.hpp>
#include <faceptor/core/error.hpp>

/// JSON that somebody else wrote.
namespace faceptor {

/// As deep as lists and objects may lie within each other. Whoever copies or writes a value makes a call a level: a megabyte of brackets
/// would be more than the stack holds.
inline constexpr int kMostJsonLevels = 64;

namespace detail {

/// @throws Error(limit) for more levels. Of text that is no JSON it may say anything.
void check_json_levels(std::string_view text, std::string_view who, std::string_view place);

}  // namespace detail

/// @tparam Json  nlohmann's, ordered or not
/// @param who    begins the message: "data"
/// @param place  where the text stands, for the error
/// @return       discarded if the text is no sound JSON: what to say of that is the caller's
/// @throws Error(limit)   for more than `kMostJsonLevels`
/// @throws Error(format)  for an object that says a key twice, of which only the last value would count
template <class Json = nlohmann::json>
Json parse_json(std::string_view text, std::string_view who, std::string_view place = {}) {
  using Event = typename Json::parse_event_t;
  detail::check_json_levels(text, who, place);
  std::vector<std::set<std::string>> keys;
  const auto each_once = [&](int, Event event, const Json& value) {
    if (event == Event::object_start) keys.emplace_back();
    if (event == Event::object_end) keys.pop_back();
    if (event == Event::key && !keys.back().insert(value.template get<std::string>()).second) {
      throw Error(ErrorCode::format, std::string(who) + ": the JSON says a key twice").where(std::string(place)).found(value.dump());
    }
    return true;
  };
  return Json::parse(text, each_once, /*allow_exceptions=*/false);
}

}  // namespace faceptor

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/core/impl/json_inl.hpp>
#endif
