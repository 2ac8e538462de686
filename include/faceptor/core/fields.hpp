#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <concepts>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>

/// Options as JSON, both ways, from one list of their fields.
///
/// An options type says its fields once, with what each must lie within where that matters:
///
///     struct WingOptions {
///       double width = 10;
///       template <class Visitor> void each_field(Visitor&& visit) { visit("width", width, within(0, 1000)); }
///     };
///
/// Reading is strict: an unknown name, a value of the wrong type or one out of range is an error. Absent fields keep what they have.
/// Enumerations are written by name where `to_string(value)` and `values_of(value)`, an array of all of them, stand beside them; floats in
/// the shortest decimals that read back as the same floats.
namespace faceptor {

/// What holds for a field.
struct FieldRule {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  bool excludes_high = false;
  bool required = false;  ///< an absent field is an error

  FieldRule needed() const { return {low, high, excludes_high, true}; }
  FieldRule below_high() const { return {low, high, true, required}; }

  bool holds(double value) const { return value >= low && (excludes_high ? value < high : value <= high); }
  std::string str() const { return shown(low) + (excludes_high ? " up to but not " : " to ") + shown(high); }

 private:
  static std::string shown(double bound) { return nlohmann::json(bound).dump(); }
};

/// Both ends included.
inline FieldRule within(double low, double high) { return {low, high}; }

namespace detail {

struct AnyField {
  template <class T>
  void operator()(const char*, T&, const FieldRule& = {}) const {}
};

template <class T>
struct OptionalValue : std::false_type {};
template <class T>
struct OptionalValue<std::optional<T>> : std::true_type {};

template <class T>
struct FixedArray : std::false_type {};
template <class T, std::size_t N>
struct FixedArray<std::array<T, N>> : std::true_type {};

/// 0.8F as 0.8, not as 0.800000011920929.
inline double shortest_decimal(float value) {
  std::array<char, 32> written{};
  const auto end = std::to_chars(written.data(), written.data() + written.size(), value).ptr;
  double read = value;
  std::from_chars(written.data(), end, read);
  return read;
}

template <class T>
nlohmann::json field_json(const T& value) {
  if constexpr (std::is_enum_v<T>) {
    return std::string(to_string(value));
  } else if constexpr (std::same_as<T, float>) {
    return shortest_decimal(value);
  } else if constexpr (requires {
                         requires std::same_as<typename T::value_type, float>;
                         value.begin();
                       }) {
    auto list = nlohmann::json::array();
    for (const float number : value) list.push_back(shortest_decimal(number));
    return list;
  } else {
    return value;
  }
}

/// Whether JSON of this type can be read as a T without loss.
template <class T>
bool suits(const nlohmann::json& json) {
  if constexpr (std::same_as<T, bool>) return json.is_boolean();
  if constexpr (std::unsigned_integral<T>) return json.is_number_unsigned() || (json.is_number_integer() && json.get<std::int64_t>() >= 0);
  if constexpr (std::integral<T>) return json.is_number_integer();
  if constexpr (std::floating_point<T>) return json.is_number();
  if constexpr (std::is_enum_v<T>) return json.is_string();
  if constexpr (FixedArray<T>::value) return json.is_array() && json.size() == T{}.size();
  return true;
}

/// What a value of this type looks like.
template <class T>
std::string like(const T& value) {
  if constexpr (OptionalValue<T>::value) {
    return "a value like " + field_json(value.value_or(typename T::value_type{})).dump();
  } else {
    return "a value like " + field_json(value).dump();
  }
}

}  // namespace detail

/// A type with a list of its fields.
template <class T>
concept HasFields = requires(T options) {
  options.each_field(detail::AnyField{});
};

/// The fields by name.
template <HasFields T>
nlohmann::json write_fields(const T& options) {
  auto json = nlohmann::json::object();
  auto copy = options;
  copy.each_field([&](const char* name, const auto& value, const FieldRule& = {}) {
    if constexpr (detail::OptionalValue<std::remove_cvref_t<decltype(value)>>::value) {
      if (value) json[name] = detail::field_json(*value);
    } else {
      json[name] = detail::field_json(value);
    }
  });
  return json;
}

/// How fields are read.
struct ReadFields {
  std::string who = "options";           ///< begins messages
  ErrorCode code = ErrorCode::argument;  ///< of errors: `format` for what stands in a file
  bool others = false;                   ///< names that are no fields are somebody else's
  std::optional<std::string> at{};       ///< where the object stands: errors of a field are there, followed by its name
};

/// Fields as `write_fields` wrote them. @throws Error of the code asked for
template <HasFields T>
void read_fields(const nlohmann::json& json, T& options, const ReadFields& how = {}) {
  if (!json.is_object() && !json.is_null()) {
    throw Error(how.code, how.who + ": not a JSON object").expected("names and values").found(json.type_name());
  }
  const auto placed = [&](Error error, const std::string& name) { return how.at ? error.where(*how.at + name) : error; };
  std::vector<std::string> known;
  options.each_field([&]<class Field>(const char* name, Field& value, const FieldRule& rule = {}) {
    known.emplace_back(name);
    const auto it = json.find(name);
    if (it == json.end()) {
      if (rule.required) throw placed(Error(how.code, how.who + ": \"" + name + "\" is missing"), name);
      return;
    }
    bool read = detail::suits<Field>(*it);
    try {
      if constexpr (detail::OptionalValue<Field>::value) {
        read = detail::suits<typename Field::value_type>(*it);
        if (read) value = it->template get<typename Field::value_type>();
      } else if constexpr (std::is_enum_v<Field>) {
        if (read) {
          const auto& wanted = it->template get_ref<const std::string&>();
          const auto all = values_of(value);
          const auto found = std::find_if(all.begin(), all.end(), [&](Field known) { return to_string(known) == wanted; });
          if (found == all.end()) {
            std::vector<std::string> names;
            for (const auto known : all) names.emplace_back(to_string(known));
            throw placed(Error(how.code, how.who + ": there is no " + name + " \"" + wanted + '"')
                             .expected(text::join(names, ", "))
                             .hint(text::suggestion(wanted, names)),
                         name);
          }
          value = *found;
        }
      } else if (read) {
        it->get_to(value);
      }
    } catch (const nlohmann::json::exception&) {
      read = false;
    }
    if (!read) {
      constexpr bool whole = std::integral<Field> && !std::same_as<Field, bool>;
      throw placed(Error(how.code, how.who + ": \"" + name + "\" has a value of the wrong type")
                       .expected(whole ? "a whole number" : detail::like(value))
                       .found(it->dump()),
                   name);
    }
    if (it->is_number() && !rule.holds(it->template get<double>())) {
      throw placed(Error(how.code, how.who + ": \"" + name + "\" is out of range").expected(rule.str()).found(it->dump()), name);
    }
  });
  if (how.others) return;
  for (const auto& [name, value] : json.items()) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    throw Error(how.code, how.who + ": there is no option \"" + name + "\"").hint(text::suggestion(name, known));
  }
}

}  // namespace faceptor
