// expect: an interpreter needs `interpret\(tokens, memory, wanted\)`
// An interpreter interprets.
#include <faceptor/decoder/interpreter.hpp>
#include <faceptor/heads/output_kinds.hpp>

struct Mine : torch::nn::Module, faceptor::decoder::Interpreter {
  static constexpr const char* kName = "mine";
  using Kind = faceptor::AttributeVector;
  explicit Mine(const faceptor::decoder::InterpreterContext&) {}
};

void make() { faceptor::decoder::register_interpreter<Mine>(); }
