#pragma once

#include <algorithm>
#include <cstring>
#include <map>
#include <mutex>
#include <vector>

#include <faceptor/core/text.hpp>
#include <faceptor/files/checkpoint.hpp>
#include <faceptor/files/impl/checkpoint_storage_inl.hpp>

namespace faceptor::files {
namespace detail {

/// A tensor's place in its storage, in elements.
struct Layout {
  const Storage* storage = nullptr;
  std::uint64_t offset = 0;
  std::vector<std::int64_t> shape, strides;
};

struct StoredTensor {
  std::vector<std::int64_t> shape;
  std::unique_ptr<std::byte[]> copy;
  TensorView view;
};

}  // namespace detail

struct Checkpoint::Contents {
  detail::Container container;
  std::vector<TensorView> tensors;
  std::map<std::string_view, std::size_t, std::less<>> by_name;
  mutable std::mutex mutex;
  mutable std::map<std::uint32_t, detail::StoredTensor> stored;
  mutable std::uint64_t copied = 0;

  TensorView resolve(const pickle::Value& value, std::string_view name) const;
};

namespace detail {

FACEPTOR_INLINE std::vector<std::int64_t> read_sizes(const Container& container, const pickle::Value& value, const std::string& tensor) {
  auto list = value;
  if (list.name() == "torch Size" && list.argument().size() == 1) list = list.argument().item(0);
  if (!list.is(pickle::Kind::tuple) && !list.is(pickle::Kind::list)) throw broken(container, tensor + " has a shape that is no tuple");
  if (list.size() > 64) throw broken(container, tensor + " has more than 64 dimensions", ErrorCode::limit);
  std::vector<std::int64_t> sizes;
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (!list.item(i).is(pickle::Kind::integer)) throw broken(container, tensor + " has a size that is no number");
    sizes.push_back(list.item(i).integer());
    if (sizes.back() < 0) throw broken(container, tensor + " has a negative size or stride").found(text::shape(sizes));
  }
  return sizes;
}

/// (storage, offset, shape, strides, ...) of torch._utils._rebuild_tensor and _rebuild_tensor_v2.
FACEPTOR_INLINE Layout read_layout(const Container& container, const pickle::Value& value, const std::string& tensor) {
  const auto arguments = value.argument();
  if (arguments.size() < 4 || !arguments.item(0).is(pickle::Kind::persistent) || !arguments.item(1).is(pickle::Kind::integer)) {
    throw broken(container, tensor + " is described in a way that is not read");
  }
  Layout layout;
  const auto storage = container.storages.find(arguments.item(0).argument().item(2).text());
  if (storage == container.storages.end()) {
    throw broken(container, tensor + " has a type that is not read", ErrorCode::unsupported)
        .expected("F32, F16, BF16 or F64")
        .found(std::string(arguments.item(0).argument().item(1).name()))
        .hint("save it as one of these");
  }
  layout.storage = &storage->second;
  layout.shape = read_sizes(container, arguments.item(2), tensor);
  layout.strides = read_sizes(container, arguments.item(3), tensor);
  if (layout.shape.size() != layout.strides.size()) throw broken(container, tensor + " has another number of strides than of sizes");
  if (!byte_count(layout.storage->dtype, layout.shape)) {
    throw broken(container, tensor + " has more elements than can be counted").found(text::shape(layout.shape));
  }
  const auto offset = arguments.item(1).integer();
  if (offset < 0 || static_cast<std::uint64_t>(offset) > layout.storage->elements)
    throw broken(container, tensor + " begins outside its storage");
  layout.offset = static_cast<std::uint64_t>(offset);
  if (*byte_count(layout.storage->dtype, layout.shape) == 0) return layout;
  // The last element has the highest index; what is left of the storage bounds it, so that nothing overflows.
  if (layout.offset == layout.storage->elements) throw broken(container, tensor + " begins outside its storage");
  auto left = layout.storage->elements - layout.offset - 1;
  for (std::size_t i = 0; i < layout.shape.size(); ++i) {
    const auto steps = static_cast<std::uint64_t>(layout.shape[i] - 1), stride = static_cast<std::uint64_t>(layout.strides[i]);
    if (steps == 0 || stride == 0) continue;
    if (steps > left / stride) throw broken(container, tensor + " reaches beyond its storage");
    left -= steps * stride;
  }
  return layout;
}

FACEPTOR_INLINE bool is_contiguous(const Layout& layout) {
  std::int64_t expected = 1;
  for (std::size_t i = layout.shape.size(); i-- > 0;) {
    if (layout.shape[i] == 1) continue;
    if (layout.strides[i] != expected) return false;
    expected *= layout.shape[i];
  }
  return true;
}

/// The elements in order of rows.
FACEPTOR_INLINE void copy_strided(const Layout& layout, std::byte* out) {
  const auto element = size_of(layout.storage->dtype);
  const auto rank = layout.shape.size();
  std::vector<std::int64_t> index(rank, 0);
  const auto* source = layout.storage->bytes.data();
  auto position = layout.offset;
  for (;;) {
    std::memcpy(out, source + position * element, element);
    out += element;
    std::size_t axis = rank;
    while (axis > 0) {
      --axis;
      position += static_cast<std::uint64_t>(layout.strides[axis]);
      if (++index[axis] < layout.shape[axis]) break;
      position -= static_cast<std::uint64_t>(layout.strides[axis]) * static_cast<std::uint64_t>(layout.shape[axis]);
      index[axis] = 0;
      if (axis == 0) return;
    }
    if (rank == 0) return;
  }
}

/// What a parameter wraps, or the value itself.
FACEPTOR_INLINE pickle::Value unwrapped(const pickle::Value& value) {
  if (value.name() == "torch._utils _rebuild_parameter" && value.is(pickle::Kind::object) && value.argument().size() >= 1) {
    return value.argument().item(0);
  }
  return value;
}

FACEPTOR_INLINE pickle::Value find_state_dict(const Container& container) {
  const auto root = container.document.root();
  if (!root.is(pickle::Kind::dict)) {
    throw broken(container, "the file holds no dict")
        .found(Checkpoint::is_tensor(root) ? "a tensor" : std::string(to_string(root.kind())))
        .hint(kSaveStateDict);
  }
  for (const auto* key : {"state_dict", "model", "model_state_dict", "net", "weights"}) {
    const auto found = root.find(key);
    if (!found || !found->is(pickle::Kind::dict)) continue;
    for (std::size_t i = 0; i < found->size(); ++i) {
      if (Checkpoint::is_tensor(found->value(i))) return *found;
    }
  }
  return root;
}

/// ["KEY"], or ["KEY"]["KEY"], of the first dict below this one that holds tensors; empty without.
FACEPTOR_INLINE std::string key_of_tensors(const pickle::Value& dict, int depth) {
  constexpr int kDeepest = 2;
  for (std::size_t i = 0; i < dict.size() && depth < kDeepest; ++i) {
    const auto key = dict.key(i), value = dict.value(i);
    if (!key.is(pickle::Kind::text) || !value.is(pickle::Kind::dict)) continue;
    const auto own = "[" + text::in_quotes(key.text()) + "]";
    for (std::size_t k = 0; k < value.size(); ++k) {
      if (Checkpoint::is_tensor(value.value(k))) return own;
    }
    if (const auto below = key_of_tensors(value, depth + 1); !below.empty()) return own + below;
  }
  return {};
}

FACEPTOR_INLINE Error no_tensors(const Container& container, const pickle::Value& state) {
  constexpr std::size_t kShown = 6;
  std::vector<std::string> keys;
  for (std::size_t i = 0; i < std::min(state.size(), kShown); ++i) {
    const auto key = state.key(i);
    if (key.is(pickle::Kind::text) || key.is(pickle::Kind::bytes)) keys.push_back(text::in_quotes(key.text()));
  }
  auto error = broken(container, "the file holds no tensors")
                   .expected("a state dict, alone or under state_dict, model, model_state_dict, net or weights")
                   .found(!keys.empty()       ? "the keys " + text::join(keys)
                          : state.size() == 0 ? "an empty dict"
                                              : "keys that are no text");
  const auto chosen = key_of_tensors(state, 0);
  return chosen.empty() ? error.hint(kSaveStateDict)
                        : error.hint("in Python, torch.save(torch.load(FILE)" + chosen + ", OUT) writes what is read here");
}

/// Whether a value is a tensor of a kind that is not read: sparse, quantized, of 8-bit floats, without numbers.
FACEPTOR_INLINE bool is_unread_tensor(const pickle::Value& value) {
  const auto name = unwrapped(value).name();
  return unwrapped(value).is(pickle::Kind::object) && !Checkpoint::is_tensor(value) &&
         (name.starts_with("torch._utils _rebuild_") || name.starts_with("torch._tensor _rebuild_"));
}

}  // namespace detail

FACEPTOR_INLINE bool Checkpoint::is_tensor(const pickle::Value& value) {
  const auto inner = detail::unwrapped(value);
  return inner.is(pickle::Kind::object) &&
         (inner.name() == "torch._utils _rebuild_tensor_v2" || inner.name() == "torch._utils _rebuild_tensor");
}

FACEPTOR_INLINE TensorView Checkpoint::Contents::resolve(const pickle::Value& value, std::string_view name) const {
  const auto label = name.empty() ? std::string("a tensor") : "tensor " + text::in_quotes(name);
  if (!is_tensor(value)) throw detail::broken(container, label + " is none").found(std::string(to_string(value.kind())));
  const auto inner = detail::unwrapped(value);
  const std::lock_guard lock(mutex);
  auto& tensor = stored[*inner.identity()];
  if (tensor.view.bytes.data() == nullptr) {
    auto layout = detail::read_layout(container, inner, label);
    const auto dtype = layout.storage->dtype;
    const auto bytes = *byte_count(dtype, layout.shape);
    auto data = layout.storage->bytes.subspan(bytes == 0 ? 0 : layout.offset * size_of(dtype), 0);
    if (bytes > 0 && detail::is_contiguous(layout)) data = layout.storage->bytes.subspan(layout.offset * size_of(dtype), bytes);
    const bool aligned = reinterpret_cast<std::uintptr_t>(data.data()) % size_of(dtype) == 0;
    if (bytes > 0 && (data.empty() || !aligned)) {
      // An expanded tensor repeats its storage: a few bytes may claim any size.
      const auto limit = (std::uint64_t{1} << 20) + 8 * container.file->bytes().size();
      if (bytes > limit - copied) throw detail::broken(container, label + " takes more memory than the file justifies", ErrorCode::limit);
      copied += bytes;
      tensor.copy.reset(new std::byte[bytes]);
      detail::copy_strided(layout, tensor.copy.get());
      data = {tensor.copy.get(), bytes};
    }
    tensor.shape = std::move(layout.shape);
    tensor.view = {{}, dtype, tensor.shape, data};
  }
  auto view = tensor.view;
  view.name = name;
  return view;
}

FACEPTOR_INLINE Checkpoint Checkpoint::open(const std::filesystem::path& path) {
  auto contents = std::make_shared<Contents>();
  contents->container = detail::read_container(path);
  const auto state = detail::find_state_dict(contents->container);
  for (std::size_t i = 0; i < state.size(); ++i) {
    const auto value = state.value(i);
    if (detail::is_unread_tensor(value)) {
      const auto key = state.key(i);
      const auto name = key.is(pickle::Kind::text) ? text::in_quotes(key.text()) : std::string("without a name");
      throw detail::broken(contents->container, "tensor " + name + " is of a kind that is not read", ErrorCode::unsupported)
          .expected("an ordinary tensor of F32, F16, BF16 or F64")
          .found(std::string(detail::unwrapped(value).name()))
          .hint("sparse, quantized and 8-bit tensors are saved as such: dense, of floats");
    }
    if (!is_tensor(value)) continue;
    if (!state.key(i).is(pickle::Kind::text) && !state.key(i).is(pickle::Kind::bytes)) {
      throw detail::broken(contents->container, "a tensor of the state dict has a name that is no text");
    }
    const auto name = state.key(i).text();
    contents->tensors.push_back(contents->resolve(value, name));
    if (!contents->by_name.emplace(name, contents->tensors.size() - 1).second) {
      throw detail::broken(contents->container, "the state dict holds the tensor " + text::in_quotes(name) + " twice");
    }
  }
  if (contents->tensors.empty()) throw detail::no_tensors(contents->container, state);
  return Checkpoint(std::move(contents));
}

FACEPTOR_INLINE std::span<const TensorView> Checkpoint::tensors() const { return contents_->tensors; }
FACEPTOR_INLINE pickle::Value Checkpoint::root() const { return contents_->container.document.root(); }
FACEPTOR_INLINE TensorView Checkpoint::tensor(const pickle::Value& value) const { return contents_->resolve(value, {}); }
FACEPTOR_INLINE std::shared_ptr<const void> Checkpoint::owner() const { return contents_; }
FACEPTOR_INLINE const std::filesystem::path& Checkpoint::path() const { return contents_->container.file->path(); }
FACEPTOR_INLINE bool Checkpoint::contains(std::string_view name) const { return contents_->by_name.count(name) != 0; }

FACEPTOR_INLINE const TensorView& Checkpoint::at(std::string_view name) const {
  const auto found = contents_->by_name.find(name);
  if (found != contents_->by_name.end()) return contents_->tensors[found->second];
  throw Error(ErrorCode::argument, "weights: there is no tensor " + text::in_quotes(name)).where(path().string());
}

FACEPTOR_INLINE std::optional<std::int64_t> Checkpoint::step() const {
  const auto found = root().find("step");
  return found ? integer_of(*found) : std::nullopt;
}

FACEPTOR_INLINE std::optional<std::int64_t> integer_of(const pickle::Value& value) {
  if (value.is(pickle::Kind::integer)) return value.integer();
  // numpy.core.multiarray.scalar(dtype("i8", ...), b"...")
  if (!value.is(pickle::Kind::object) || !value.name().ends_with("multiarray scalar") || value.argument().size() != 2) return std::nullopt;
  const auto type = value.argument().item(0), data = value.argument().item(1);
  if (type.name() != "numpy dtype" || !type.is(pickle::Kind::object) || !data.is(pickle::Kind::bytes)) return std::nullopt;
  const auto arguments = type.argument();
  if (arguments.size() == 0 || !arguments.item(0).is(pickle::Kind::text)) return std::nullopt;
  const auto state = type.state();
  const bool little = state.size() < 2 || !state.item(1).is(pickle::Kind::text) || state.item(1).text() != ">";
  const auto kind = arguments.item(0).text();
  const auto bytes = data.bytes();
  if (!little || (kind != "i8" && kind != "i4") || bytes.size() != (kind == "i8" ? 8u : 4u)) return std::nullopt;
  return bytes.size() == 8 ? *number_at<std::int64_t>(bytes, 0) : *number_at<std::int32_t>(bytes, 0);
}

}  // namespace faceptor::files

#include <faceptor/files/impl/checkpoint_writer_inl.hpp>
