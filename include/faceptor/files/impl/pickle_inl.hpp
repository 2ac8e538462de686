#pragma once

#include <array>

#include <faceptor/core/error.hpp>
#include <faceptor/files/pickle.hpp>

namespace faceptor::files::pickle {

FACEPTOR_INLINE std::string_view to_string(Kind kind) {
  static constexpr std::array<std::string_view, 14> kNames{
      "none", "boolean", "integer", "big integer", "real",   "text",   "bytes",
      "list", "tuple",   "set",     "dict",        "global", "object", "persistent reference"};
  return kNames.at(static_cast<std::size_t>(kind));
}

FACEPTOR_INLINE const detail::Node& Value::node() const { return document_->nodes_[cell_.node]; }

FACEPTOR_INLINE void Value::require(Kind kind) const {
  if (cell_.kind == kind) return;
  throw Error(ErrorCode::format, "weights: a value of the pickle is of another kind than it should be")
      .where(document_->where_)
      .expected(std::string(to_string(kind)))
      .found(std::string(to_string(cell_.kind)));
}

FACEPTOR_INLINE bool Value::boolean() const {
  require(Kind::boolean);
  return cell_.integer != 0;
}

FACEPTOR_INLINE std::int64_t Value::integer() const {
  require(Kind::integer);
  return cell_.integer;
}

FACEPTOR_INLINE double Value::real() const {
  require(Kind::real);
  return cell_.real;
}

FACEPTOR_INLINE std::string_view Value::text() const {
  if (!is(Kind::bytes)) require(Kind::text);
  return node().text;
}

FACEPTOR_INLINE std::span<const std::byte> Value::bytes() const {
  require(Kind::bytes);
  return std::as_bytes(std::span(node().text.data(), node().text.size()));
}

FACEPTOR_INLINE std::string_view Value::digits() const {
  require(Kind::big_integer);
  return node().text;
}

FACEPTOR_INLINE std::size_t Value::size() const {
  switch (cell_.kind) {
    case Kind::list:
    case Kind::tuple:
    case Kind::set: return node().items.size();
    case Kind::dict: return node().items.size() / 2;
    default: return 0;
  }
}

namespace detail {

FACEPTOR_INLINE const Cell& checked_item(const Node& node, std::size_t index) {
  if (index >= node.items.size()) throw Error(ErrorCode::argument, "weights: a value of a pickle has no such element");
  return node.items[index];
}

}  // namespace detail

FACEPTOR_INLINE Value Value::item(std::size_t index) const {
  if (!is(Kind::tuple) && !is(Kind::set)) require(Kind::list);
  return {document_, detail::checked_item(node(), index)};
}

FACEPTOR_INLINE Value Value::key(std::size_t index) const {
  require(Kind::dict);
  return {document_, detail::checked_item(node(), 2 * index)};
}

FACEPTOR_INLINE Value Value::value(std::size_t index) const {
  require(Kind::dict);
  return {document_, detail::checked_item(node(), 2 * index + 1)};
}

FACEPTOR_INLINE std::optional<Value> Value::find(std::string_view key) const {
  if (!is(Kind::dict)) return std::nullopt;
  for (std::size_t i = size(); i-- > 0;) {
    const auto candidate = this->key(i);
    if ((candidate.is(Kind::text) || candidate.is(Kind::bytes)) && candidate.text() == key) return value(i);
  }
  return std::nullopt;
}

FACEPTOR_INLINE std::string_view Value::name() const {
  if (is(Kind::global)) return node().text;
  if (is(Kind::object)) return node().text;
  return {};
}

FACEPTOR_INLINE Value Value::argument() const {
  if (!is(Kind::persistent)) require(Kind::object);
  return {document_, detail::checked_item(node(), 0)};
}

FACEPTOR_INLINE Value Value::state() const {
  if (!is(Kind::dict)) require(Kind::object);
  return {document_, node().extra};
}

FACEPTOR_INLINE std::optional<std::uint32_t> Value::identity() const {
  if (cell_.node == detail::kNoNode) return std::nullopt;
  return cell_.node;
}

FACEPTOR_INLINE std::vector<Value> Document::persistent() const {
  std::vector<Value> found;
  for (const auto& cell : persistent_) found.push_back({this, cell});
  return found;
}

}  // namespace faceptor::files::pickle

#include <faceptor/files/impl/pickle_machine_inl.hpp>
