#include "mac_counter.hpp"

#include <ATen/record_function.h>

#include <atomic>
#include <functional>
#include <memory>
#include <numeric>
#include <string_view>
#include <vector>

// Compiled with NDEBUG in any build: without it, LibTorch's header asks whether a function's inputs may be read, in a place that its own
// release build never writes.

namespace faceptor::program {
namespace {

std::atomic<std::int64_t> counted{0};

std::int64_t volume(const std::vector<std::int64_t>& s) {
  return std::accumulate(s.begin(), s.end(), std::int64_t{1}, std::multiplies<>());
}

/// Of an int8 layer, whose weights can't be seen: the numbers that went in, until it is known what came out.
struct Int8Layer : at::ObserverContext {
  std::int64_t inputs = 0;
};

void count_convolution(c10::ArrayRef<const c10::IValue> inputs, const std::vector<std::int64_t>& x,
                       const std::vector<std::int64_t>& weight) {
  if (x.size() != 4 || weight.size() != 4 || inputs.size() < 7) return;
  const auto stride = inputs[3].toIntVector(), padding = inputs[4].toIntVector(), dilation = inputs[5].toIntVector();
  const auto kernel = weight[0] * weight[1] * weight[2] * weight[3];
  // One number may stand for both sides.
  const auto of = [](const std::vector<std::int64_t>& values, std::size_t d) { return values.size() > d ? values[d] : values.at(0); };
  if (stride.empty() || padding.empty() || dilation.empty() || of(stride, 0) < 1 || of(stride, 1) < 1) return;
  std::int64_t places = x[0];
  for (std::size_t d = 0; d < 2; ++d) {
    const auto side = x[d + 2];
    // A transposed convolution multiplies once for each place of its input, a plain one for each of its output.
    places *= inputs[6].toBool() ? side : (side + 2 * of(padding, d) - of(dilation, d) * (weight[d + 2] - 1) - 1) / of(stride, d) + 1;
  }
  counted += places * kernel;
}

std::unique_ptr<at::ObserverContext> count(const at::RecordFunction& called) {
  const auto inputs = called.inputs();
  const auto sizes = [&](std::size_t i) {
    return i < inputs.size() && inputs[i].isTensor() && inputs[i].toTensor().defined() ? inputs[i].toTensor().sizes().vec()
                                                                                       : std::vector<std::int64_t>{};
  };
  const std::string_view name = called.name();
  if (name == "aten::mm" || name == "aten::bmm") {
    const auto a = sizes(0), b = sizes(1);
    if (!a.empty() && !b.empty()) counted += volume(a) * b.back();
  } else if (name == "aten::addmm" || name == "aten::baddbmm") {
    const auto a = sizes(1), b = sizes(2);
    if (!a.empty() && !b.empty()) counted += volume(a) * b.back();
  } else if (name == "quantized::linear_dynamic") {
    auto layer = std::make_unique<Int8Layer>();
    layer->inputs = volume(sizes(0));
    return layer;
  } else if (name == "mkldnn::_linear_pointwise") {
    // Of its two forms, the one that adds a tensor has that before the weights.
    const bool adds = inputs.size() > 3 && inputs[2].isTensor() && inputs[2].toTensor().is_mkldnn();
    const auto a = sizes(0), weight = sizes(adds ? 2 : 1);
    if (!a.empty() && !weight.empty()) counted += volume(a) * weight.front();
  } else if (name == "aten::_scaled_dot_product_flash_attention_for_cpu" || name == "aten::_scaled_dot_product_flash_attention" ||
             name == "aten::_scaled_dot_product_efficient_attention") {
    const auto q = sizes(0), k = sizes(1);  // B x heads x L x D
    if (q.size() == 4 && k.size() == 4) counted += 2 * volume(q) * k[2];
  } else if (name == "aten::convolution") {
    count_convolution(inputs, sizes(0), sizes(1));
  }
  return nullptr;
}

void count_made(const at::RecordFunction& called, at::ObserverContext* layer) {
  const auto outputs = called.outputs();
  if (layer == nullptr || outputs.empty() || !outputs[0].isTensor()) return;
  counted += static_cast<const Int8Layer*>(layer)->inputs * outputs[0].toTensor().size(-1);
}

}  // namespace

MacCounter::MacCounter() {
  at::clearCallbacks();
  counted = 0;
  handle_ = at::addThreadLocalCallback(
      at::RecordFunctionCallback(&count, &count_made).needsInputs(true).needsOutputs(true).scopes({at::RecordScope::FUNCTION}));
}

MacCounter::~MacCounter() { at::removeCallback(handle_); }

double MacCounter::total() const { return static_cast<double>(counted); }

}  // namespace faceptor::program
