#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <typeinfo>
#include <utility>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>

namespace faceptor {

/// Parts of one sort by name: how a name in a weights file, a configuration or an option leads to a type.
///
/// Every plug-in point has one. The library's own parts are in it from the start; a part of one's own is added by the point's
/// `register_...` function, and, where a C++ type is used directly (in a `Task`, say), by that use. Thread-safe.
/// @tparam Entry  what a part is made by; copyable
template <class Entry>
class Registry {
 public:
  /// @param sort  of part, for messages: "backbone"
  /// @param call  how a part is made known: "register_backbone(...)"
  Registry(std::string sort, std::string call) : sort_(std::move(sort)), call_(std::move(call)) {}
  /// @param fill  adds the parts that are there from the start: called with this registry, which its accessor can't give yet
  template <class Fill>
  Registry(std::string sort, std::string call, Fill&& fill) : Registry(std::move(sort), std::move(call)) {
    std::forward<Fill>(fill)(*this);
  }

  /// @param type  the C++ type behind the part. The same type may come again; another type under its name is a mix-up. Parts without
  ///              a type replace each other
  /// @throws Error(argument) when the name is empty, or stands for another type
  void add(const std::string& name, Entry entry, const std::type_info* type = nullptr) {
    if (name.empty()) throw Error(ErrorCode::argument, "a " + sort_ + " needs a name");
    const std::lock_guard lock(mutex_);
    const auto [place, fresh] = parts_.try_emplace(name, Part{entry, type});
    if (fresh) {
      order_.push_back(name);
      return;
    }
    const auto* known = place->second.type;
    if (known == type || (known != nullptr && type != nullptr && *known == *type)) {
      place->second.entry = std::move(entry);
      return;
    }
    throw taken(name);
  }

  /// The same for parts that never replace each other. @throws Error(argument) when the name is empty or taken
  void add_new(const std::string& name, Entry entry) {
    if (name.empty()) throw Error(ErrorCode::argument, "a " + sort_ + " needs a name");
    const std::lock_guard lock(mutex_);
    if (!parts_.try_emplace(name, Part{std::move(entry), nullptr}).second) throw taken(name);
    order_.push_back(name);
  }

  std::optional<Entry> find(std::string_view name) const {
    const std::lock_guard lock(mutex_);
    const auto place = parts_.find(name);
    return place == parts_.end() ? std::nullopt : std::optional<Entry>(place->second.entry);
  }

  /// @throws Error(unsupported) for an unknown name: the nearest known one, and how a part is made known
  Entry get(std::string_view name) const {
    if (auto entry = find(name)) return std::move(*entry);
    throw unknown(name);
  }

  /// The error for a name that is not known here.
  Error unknown(std::string_view name) const {
    const auto known = names();
    return Error(ErrorCode::unsupported, "there is no " + sort_ + " \"" + std::string(name) + "\" in this program")
        .hint((known.empty() ? "" : text::suggestion(name, known) + "; ") + "one of your own is made known by " + call_);
  }

  bool contains(std::string_view name) const { return find(name).has_value(); }

  /// Whether a C++ type is known under its `kName`.
  template <class T>
  bool contains() const {
    const std::lock_guard lock(mutex_);
    const auto place = parts_.find(std::string_view(T::kName));
    return place != parts_.end() && place->second.type != nullptr && *place->second.type == typeid(T);
  }

  /// In the order in which they came.
  std::vector<std::string> names() const {
    const std::lock_guard lock(mutex_);
    return order_;
  }

 private:
  struct Part {
    Entry entry;
    const std::type_info* type;
  };

  Error taken(const std::string& name) const {
    return Error(ErrorCode::argument, "two parts of the sort \"" + sort_ + "\" have one name")
        .found("\"" + name + "\"")
        .hint("give yours a name of its own");
  }

  std::string sort_, call_;
  mutable std::mutex mutex_;
  std::map<std::string, Part, std::less<>> parts_;
  std::vector<std::string> order_;
};

}  // namespace faceptor
