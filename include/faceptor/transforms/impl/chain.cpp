#pragma once

#include <algorithm>
#include <cstdint>

#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/transforms/chain.hpp>

namespace faceptor::data {
namespace detail {

/// FNV-1a: a stream for a name, the same on every machine.
FACEPTOR_INLINE std::uint64_t stream_of_name(std::string_view name) noexcept {
  std::uint64_t hash = 0xCBF29CE484222325ULL;
  for (const char letter : name) hash = (hash ^ static_cast<unsigned char>(letter)) * 0x100000001B3ULL;
  return hash;
}

}  // namespace detail

FACEPTOR_INLINE TransformState Chain::run(const Sample& sample, const Random& random) const {
  TransformState state(sample);
  for (const auto& [name, step] : steps_) {
    state.random = random.fork(detail::stream_of_name(name));
    try {
      step.apply(state);
    } catch (Error& error) {
      const auto place = sample.name + ", step \"" + name + "\"";
      throw std::move(error.where(error.where().empty() ? place : place + ", " + error.where()));
    }
  }
  return state;
}

FACEPTOR_INLINE Prepared Chain::operator()(const Sample& sample, Random random) const {
  auto state = run(sample, random);
  return std::move(state).finish();
}

FACEPTOR_INLINE std::size_t Chain::index_of(std::string_view name) const {
  const auto found = std::find_if(steps_.begin(), steps_.end(), [&](const Named& one) { return one.name == name; });
  if (found == steps_.end()) {
    throw Error(ErrorCode::argument, "data: the chain has no step \"" + std::string(name) + "\"").hint(text::suggestion(name, names()));
  }
  return static_cast<std::size_t>(found - steps_.begin());
}

FACEPTOR_INLINE void Chain::insert(std::size_t place, std::string name, Step step) {
  if (name.empty()) {
    throw Error(ErrorCode::argument, "data: a step of a chain has no name")
        .hint("give one: then(\"name\", step); its numbers are drawn by it");
  }
  if (contains(name)) {
    throw Error(ErrorCode::argument, "data: the chain has a step \"" + name + "\" already").hint("replace() it, or give another name");
  }
  steps_.insert(steps_.begin() + static_cast<std::ptrdiff_t>(place), Named{std::move(name), std::move(step)});
}

FACEPTOR_INLINE Chain& Chain::then(Step step) & {
  auto name = std::string(step.type());
  return then(std::move(name), std::move(step));
}

FACEPTOR_INLINE Chain& Chain::then(std::string name, Step step) & {
  insert(steps_.size(), std::move(name), std::move(step));
  return *this;
}

FACEPTOR_INLINE Chain& Chain::before(std::string_view place, std::string name, Step step) & {
  insert(index_of(place), std::move(name), std::move(step));
  return *this;
}

FACEPTOR_INLINE Chain& Chain::after(std::string_view place, std::string name, Step step) & {
  insert(index_of(place) + 1, std::move(name), std::move(step));
  return *this;
}

FACEPTOR_INLINE Chain& Chain::replace(std::string_view name, Step step) & {
  steps_[index_of(name)].step = std::move(step);
  return *this;
}

FACEPTOR_INLINE Chain& Chain::without(std::string_view name) & {
  steps_.erase(steps_.begin() + static_cast<std::ptrdiff_t>(index_of(name)));
  return *this;
}

FACEPTOR_INLINE std::vector<std::string> Chain::names() const {
  std::vector<std::string> out;
  for (const auto& one : steps_) out.push_back(one.name);
  return out;
}

FACEPTOR_INLINE bool Chain::contains(std::string_view name) const noexcept {
  return std::any_of(steps_.begin(), steps_.end(), [&](const Named& one) { return one.name == name; });
}

FACEPTOR_INLINE const Step& Chain::at(std::string_view name) const { return steps_[index_of(name)].step; }

FACEPTOR_INLINE nlohmann::json Chain::describe() const {
  auto out = nlohmann::json::array();
  for (const auto& [name, step] : steps_) {
    auto entry = step.describe();
    entry["name"] = name;
    entry["type"] = step.type().empty() ? "custom" : std::string(step.type());
    out.push_back(std::move(entry));
  }
  return out;
}

FACEPTOR_INLINE std::string Chain::text() const {
  std::string out;
  for (const auto& [name, step] : steps_) {
    out += name;
    if (!step.type().empty() && step.type() != name) out += " [" + std::string(step.type()) + "]";
    const auto parameters = step.describe();
    std::string separator = ": ";
    for (const auto& [key, value] : parameters.items()) {
      out += separator + key + " " + (value.is_string() ? value.get<std::string>() : value.dump());
      separator = ", ";
    }
    out += '\n';
  }
  return out;
}

}  // namespace faceptor::data
