// expect: compiles
// The control of the other interpreters.
#include <faceptor/decoder/interpreter.hpp>
#include <faceptor/heads/output_kinds.hpp>

struct Mine : torch::nn::Module, faceptor::decoder::Interpreter {
  static constexpr const char* kName = "mine";
  using Kind = faceptor::AttributeVector;
  explicit Mine(const faceptor::decoder::InterpreterContext&) {}
  std::vector<torch::Tensor> interpret(std::span<const torch::Tensor>, const faceptor::decoder::Memory&,
                                       std::span<const std::size_t>) override {
    return {};
  }
};

void make() { faceptor::decoder::register_interpreter<Mine>(); }
