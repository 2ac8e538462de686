#pragma once

#include <algorithm>
#include <numeric>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <faceptor/core/text.hpp>
#include <nlohmann/json.hpp>

/// What the results' words share, in lines and on cards.
namespace faceptor::results::detail {

/// A label as people write it: "Wearing_Hat" is "Wearing Hat".
FACEPTOR_INLINE std::string spaced(std::string label) {
  std::replace(label.begin(), label.end(), '_', ' ');
  return label;
}

/// Takes the last UTF-8 letter off, all of its bytes.
FACEPTOR_INLINE void drop_last_letter(std::string& words) {
  while (!words.empty()) {
    const auto byte = static_cast<unsigned char>(words.back());
    words.pop_back();
    if ((byte & 0xC0) != 0x80) return;
  }
}

/// Words of at most this many bytes in one line, cut with an ellipsis.
FACEPTOR_INLINE std::string one_line(std::string words, std::size_t most) {
  for (char& letter : words) {
    if (static_cast<unsigned char>(letter) < 0x20) letter = ' ';
  }
  if (words.size() <= most) return words;
  while (words.size() > most) drop_last_letter(words);
  return words + "…";
}

/// The indices from the highest value down.
FACEPTOR_INLINE std::vector<std::size_t> from_highest(const std::vector<float>& values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return values[a] > values[b]; });
  return order;
}

/// How many single values JSON holds, and how many of them are numbers, and texts.
struct JsonCount {
  std::size_t all = 0;
  std::size_t numbers = 0;
  std::size_t texts = 0;

  void add(const nlohmann::json& value) {
    if (value.is_structured()) {
      for (const auto& one : value) add(one);
      return;
    }
    ++all;
    numbers += value.is_number() ? 1 : 0;
    texts += value.is_string() ? 1 : 0;
  }
};

FACEPTOR_INLINE std::string number_in_words(const nlohmann::json& value) {
  return value.is_number_float() ? fmt::format("{:.4g}", value.get<double>()) : value.dump();
}

/// A field of JSON, short enough to stand among others.
FACEPTOR_INLINE std::string field_in_words(const nlohmann::json& value) {
  constexpr std::size_t kShort = 40;
  if (value.is_number()) return number_in_words(value);
  if (value.is_boolean()) return value.get<bool>() ? "yes" : "no";
  if (value.is_string()) return one_line(value.get<std::string>(), kShort);
  if (value.is_null()) return "none";
  JsonCount count;
  count.add(value);
  if (value.is_array() && value.size() <= 4 && count.numbers == value.size()) {
    std::vector<std::string> numbers;
    for (const auto& number : value) numbers.push_back(number_in_words(number));
    return "(" + text::join(numbers) + ")";
  }
  const bool one = count.all == 1;
  const auto* kind = count.numbers == count.all ? (one ? "number" : "numbers")
                     : count.texts == count.all ? (one ? "text" : "texts")
                                                : (one ? "entry" : "entries");
  return fmt::format("{} {}", count.all, kind);
}

/// The fields of an object as "name value, name value".
FACEPTOR_INLINE std::string fields_in_words(const nlohmann::json& object) {
  std::vector<std::string> parts;
  for (const auto& [name, value] : object.items()) parts.push_back(spaced(name) + " " + field_in_words(value));
  return text::join(parts);
}

}  // namespace faceptor::results::detail
