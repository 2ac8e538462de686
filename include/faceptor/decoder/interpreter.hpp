#pragma once

#include <torch/torch.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <faceptor/backbone/backbone.hpp>
#include <faceptor/core/config.hpp>
#include <faceptor/decoder/memory.hpp>
#include <faceptor/heads/head.hpp>

/// What every interpreter is.
namespace faceptor::decoder {

/// Turns the decoded tokens of tasks into their raw outputs. Tasks of one group share an interpreter.
///
/// An interpreter is a LibTorch module as well: a class of its own derives from `torch::nn::Cloneable` and from this. One that reads the
/// backbone instead of tokens, as the reference's `feature_v2` does, is a `heads::Head` and asks for no queries.
class Interpreter {
 public:
  virtual ~Interpreter() = default;

  /// @param tokens  of each wanted task: B x Q x hidden, Q its number of queries
  /// @param memory  what the queries looked at, of the same rows
  /// @param wanted  indices into the interpreter's outputs, one a tensor of tokens
  /// @return        one tensor a wanted output: B x outputs, or B x outputs x h x w for maps
  virtual std::vector<torch::Tensor> interpret(std::span<const torch::Tensor> tokens, const Memory& memory,
                                               std::span<const std::size_t> wanted) = 0;
};

/// What an interpreter is made from.
struct InterpreterContext {
  const Backbone& backbone;
  std::int64_t hidden = 0;                 ///< width of a token
  std::vector<heads::HeadOutput> outputs;  ///< of the tasks that share it
};

}  // namespace faceptor::decoder
