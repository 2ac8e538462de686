#include <faceptor/tasks/output_kind.hpp>

#include <faceptor/losses/regression.hpp>
#include <faceptor/metrics/numbers.hpp>
#include <faceptor/model/faceptor.hpp>
#include <faceptor/model/naive_faceptor.hpp>
#include <faceptor/tasks/task.hpp>

#include "support/error_of.hpp"
#include "support/torch_catch.hpp"

using namespace faceptor;

namespace {

VitOptions vit() { return VitOptions(32, 2, 2, 16).image_side(32); }

decoder::QueryDecoderOptions small_decoder() { return decoder::QueryDecoderOptions().hidden(16).heads(2).ffn(16).layers(1).levels({1}); }

/// Read as values are, made by a head alone.
struct HeadOnly : AttributeVector {
  static constexpr const char* kName = "test_head_only";
  static std::shared_ptr<torch::nn::Module> make_interpreter(const decoder::InterpreterContext&) = delete;
};

/// Made by an interpreter alone.
struct InterpreterOnly : AttributeVector {
  static constexpr const char* kName = "test_interpreter_only";
  static std::shared_ptr<heads::Head> make_head(const heads::HeadContext&) = delete;
};

/// As attribute vectors, under a name of its own.
struct Like : AttributeVector {
  static constexpr const char* kName = "test_like";
};

/// A kind of maps that takes the other's name.
struct Impostor : DenseMap {
  static constexpr const char* kName = "test_like";
};

template <class Kind>
TaskList one() {
  TaskList tasks;
  tasks.add(Task<Kind, losses::MeanAbsoluteError, results::Values, metrics::MeanAbsoluteError>("own").outputs(3).view(views::whole(32)));
  return tasks;
}

}  // namespace

TEST_CASE("a kind that derives from another is read as that, and made as that", "[tasks][kinds]") {
  const auto tasks = one<Like>();
  CHECK(tasks[0].spec().kind == "test_like");
  CHECK(tasks[0].spec().queries() == 3);
  CHECK_FALSE(tasks[0].spec().maps());
  Faceptor faceptor(FaceptorOptions(vit()).tasks(tasks).decoder(small_decoder()));
  NaiveFaceptor naive(NaiveFaceptorOptions(vit()).tasks(tasks).attribute_hidden(32));
  faceptor->eval();
  naive->eval();
  const auto images = torch::rand({2, 3, 32, 32});
  CHECK(faceptor->run(images)[0].sizes() == at::IntArrayRef({2, 3}));
  CHECK(naive->run(images)[0].sizes() == at::IntArrayRef({2, 3}));
}

TEST_CASE("an architecture refuses a kind that it isn't served by", "[tasks][kinds]") {
  const auto no_interpreter = error_of([] { Faceptor(FaceptorOptions(vit()).tasks(one<HeadOnly>()).decoder(small_decoder())); });
  CHECK(no_interpreter.code() == ErrorCode::argument);
  CHECK(no_interpreter.summary().find("test_head_only") != std::string::npos);
  CHECK(no_interpreter.hint().find("make_interpreter") != std::string::npos);
  const auto no_head = error_of([] { NaiveFaceptor(NaiveFaceptorOptions(vit()).tasks(one<InterpreterOnly>())); });
  CHECK(no_head.code() == ErrorCode::argument);
  CHECK(no_head.summary().find("test_interpreter_only") != std::string::npos);
  CHECK(no_head.hint().find("make_head") != std::string::npos);
  NaiveFaceptor(NaiveFaceptorOptions(vit()).tasks(one<HeadOnly>()).attribute_hidden(32));
  Faceptor(FaceptorOptions(vit()).tasks(one<InterpreterOnly>()).decoder(small_decoder()));
}

TEST_CASE("images of another floating-point type are taken in the model's own", "[model]") {
  Faceptor model(FaceptorOptions(vit()).tasks(one<AttributeVector>()).decoder(small_decoder()));
  model->eval();
  const torch::NoGradGuard no_grad;
  const auto images = torch::rand({1, 3, 32, 32}, torch::kFloat64);
  CHECK(torch::equal(model->run(images)[0], model->run(images.to(torch::kFloat32))[0]));
}

TEST_CASE("output kinds are known by their names, with the head and the interpreter that they make", "[tasks][kinds]") {
  const auto check = [](const char* name, bool maps, const std::string& head, const std::string& interpreter) {
    INFO(name);
    const auto kind = output_kinds().get(name);
    CHECK(kind.name == name);
    CHECK(kind.maps == maps);
    CHECK(kind.head == head);
    CHECK(kind.interpreter == interpreter);
  };
  check("dense_map", true, "dense_map", "map_v2");
  check("attribute_vector", false, "attribute_vector", "value");
  check("embedding", false, "embedding", "feature_v2");
  register_output_kind<HeadOnly>();
  register_output_kind<InterpreterOnly>();
  register_output_kind<Like>();
  register_output_kind<Like>();  // twice does no harm
  check("test_head_only", false, "test_head_only", "");
  check("test_interpreter_only", false, "", "test_interpreter_only");
  check("test_like", false, "test_like", "test_like");
  CHECK(heads::head_registry().get("test_like").kind == "test_like");
  CHECK(decoder::interpreter_registry().get("test_like").queries(3) == 3);
  CHECK(error_of([] { register_output_kind<Impostor>(); }).code() == ErrorCode::argument);
}
