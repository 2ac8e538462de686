#include <faceptor/files/checkpoint.hpp>

#include <sys/resource.h>

#include <cmath>
#include <cstring>
#include <fstream>
#include <random>
#include <set>
#include <vector>

#include <faceptor/core/error.hpp>
#include <faceptor/files/pickle_writer.hpp>
#include <faceptor/files/safetensors.hpp>
#include <faceptor/files/zip.hpp>

#include "support/catch.hpp"
#include "support/golden.hpp"
#include "support/temporary_folder.hpp"

using namespace faceptor;
using namespace faceptor::files;

namespace {

#if defined(__SANITIZE_ADDRESS__)
constexpr bool kOwnMemory = false;
#else
constexpr bool kOwnMemory = true;
#endif

/// For its scope, the process may map only so much more than it has: a reader that believes a wrong size fails to allocate.
class MemoryLimit {
 public:
  explicit MemoryLimit(std::uint64_t more) {
    if (!kOwnMemory) return;
    std::uint64_t pages = 0;
    std::ifstream("/proc/self/statm") >> pages;
    getrlimit(RLIMIT_AS, &before_);
    auto limited = before_;
    limited.rlim_cur = pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE)) + more;
    setrlimit(RLIMIT_AS, &limited);
  }
  ~MemoryLimit() {
    if (kOwnMemory) setrlimit(RLIMIT_AS, &before_);
  }

 private:
  rlimit before_{};
};

void check_equal(const TensorView& read, const TensorView& expected) {
  CAPTURE(expected.name);
  CHECK(read.dtype == expected.dtype);
  CHECK(std::vector(read.shape.begin(), read.shape.end()) == std::vector(expected.shape.begin(), expected.shape.end()));
  CHECK(std::vector(read.bytes.begin(), read.bytes.end()) == std::vector(expected.bytes.begin(), expected.bytes.end()));
}

}  // namespace

TEST_CASE("good foreign checkpoints hold the tensors that torch reads from them", "[weights][checkpoint]") {
  const auto folder = golden::find("model/foreign");
  if (!folder) FACEPTOR_SKIP("model/foreign is absent");
  const auto list = golden::json(*folder / "foreign.json");
  for (const auto& [name, count] : list["good"].items()) {
    CAPTURE(name);
    const auto checkpoint = Checkpoint::open(*folder / "good" / name);
    const auto expected = SafetensorsFile::open(*folder / "good" / (name + ".safetensors"));
    CHECK(checkpoint.tensors().size() == count.get<std::size_t>());
    CHECK(checkpoint.tensors().size() == expected.tensors().size());
    for (const auto& tensor : expected.tensors()) check_equal(checkpoint.at(tensor.name), tensor);
  }
}

TEST_CASE("bad foreign checkpoints are refused without running anything or taking memory", "[weights][checkpoint]") {
  const auto folder = golden::find("model/foreign");
  if (!folder) FACEPTOR_SKIP("model/foreign is absent");
  const auto list = golden::json(*folder / "foreign.json");
  const TemporaryFolder here;
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(here.path());
  for (const auto& [name, about] : list["bad"].items()) {
    CAPTURE(name, about["why"].get<std::string>());
    const auto path = *folder / "bad" / name;
    bool refused = false;
    std::string other;
    {
      const MemoryLimit limit((std::uint64_t{16} << 20) + 32 * std::filesystem::file_size(path));
      try {
        Checkpoint::open(path);
      } catch (const Error& error) {
        refused =
            error.code() != ErrorCode::internal && error.code() != ErrorCode::argument && error.where().find(name) != std::string::npos;
        other = error.what();
      } catch (const std::exception& error) {
        other = error.what();
      }
    }
    CAPTURE(other);
    if (about["expect"].get<std::string>() == "refuse") {
      CHECK(refused);
    } else {
      CHECK((refused || other.empty()));
    }
    // A global that runs something is refused by name.
    if (name.starts_with("evil")) {
      const bool by_name =
          other.find("posix.system") != other.npos || other.find("eval") != other.npos || other.find("getattr") != other.npos;
      CHECK((by_name || other.find("opcode") != other.npos || other.find("no pickle") != other.npos ||
             other.find("not one of torch") != other.npos));
    }
  }
  std::filesystem::current_path(before);
  CHECK(std::filesystem::is_empty(here.path()));
}

TEST_CASE("trained checkpoints give tensors, step and optimizer state", "[weights][checkpoint]") {
  const auto path = golden::find("model/faceptor_tiny/stage1/checkpoint_rank0_iter_100.pth.tar");
  const auto expected_path = golden::find("model/faceptor_tiny/stage1/weights.safetensors");
  if (!path || !expected_path) FACEPTOR_SKIP("model/faceptor_tiny is absent");
  const auto checkpoint = Checkpoint::open(*path);
  const auto expected = SafetensorsFile::open(*expected_path);
  REQUIRE(checkpoint.tensors().size() == expected.tensors().size());
  for (const auto& tensor : expected.tensors()) {
    const std::string name(tensor.name);
    check_equal(checkpoint.at(checkpoint.contains(name) ? name : "module." + name), tensor);
  }
  CHECK(checkpoint.step().has_value());

  const auto optimizer = checkpoint.root().find("optimizer");
  REQUIRE(optimizer);
  const auto state = optimizer->find("state");
  REQUIRE(state);
  REQUIRE(state->size() > 0);
  for (std::size_t i = 0; i < state->size(); ++i) {
    CHECK(state->key(i).integer() >= 0);
    const auto moment = state->value(i).find("exp_avg"), square = state->value(i).find("exp_avg_sq");
    REQUIRE((moment && square));
    const auto view = checkpoint.tensor(*moment);
    CHECK(view.bytes.size() == checkpoint.tensor(*square).bytes.size());
    for (const auto value : checkpoint.tensor(*square).as<float>()) CHECK((std::isfinite(value) && value >= 0.0f));
  }
  CHECK_THROWS_AS(checkpoint.tensor(*state), Error);
}

TEST_CASE("a checkpoint comes back as it was written", "[weights][checkpoint]") {
  const TemporaryFolder folder;
  std::vector<std::string> names;
  const std::vector<float> values{1.0f, -2.5f, 1e-40f, 4.0f, 5.0f, 6.0f};
  const std::vector<std::int64_t> shape{2, 3}, scalar{}, none{0, 3};
  const std::vector<std::int64_t> count{1ll << 40};
  std::vector<TensorView> tensors{{"module.\xc3\xa4", DType::f32, shape, std::as_bytes(std::span(values))},
                                  {"module.count", DType::i64, scalar, std::as_bytes(std::span(count))},
                                  {"module.none", DType::f32, none, {}}};
  for (int i = 0; i < 2500; ++i) names.push_back("module.many." + std::to_string(i));
  for (const auto& name : names) tensors.push_back({name, DType::f32, shape, std::as_bytes(std::span(values))});
  for (const auto step : {std::int64_t{7}, std::int64_t{1} << 40, std::int64_t{-3}}) {
    const auto path = folder / "written.pth.tar";
    write_checkpoint(path, tensors, step);
    const auto checkpoint = Checkpoint::open(path);
    CHECK(checkpoint.step() == step);
    REQUIRE(checkpoint.tensors().size() == tensors.size());
    for (std::size_t i = 0; i < tensors.size(); ++i) {
      CHECK(checkpoint.tensors()[i].name == tensors[i].name);
      check_equal(checkpoint.tensors()[i], tensors[i]);
    }
  }
  CHECK_THROWS_AS(write_checkpoint(folder / "twice.pth", std::vector{tensors[0], tensors[0]}), Error);
}

TEST_CASE("flipped bytes of checkpoints are an error or other values, never a crash", "[weights][checkpoint]") {
  const auto folder = golden::find("model/foreign");
  if (!folder) FACEPTOR_SKIP("model/foreign is absent");
  const TemporaryFolder here;
  std::mt19937 random(2);
  const auto list = golden::json(*folder / "foreign.json");
  std::size_t files = 0;
  for (const auto& [name, count] : list["good"].items()) {
    ++files;
    CAPTURE(name);
    const auto sound = read_text(*folder / "good" / name);
    int refused = 0;
    for (int round = 0; round < 300; ++round) {
      auto bytes = sound;
      for (unsigned flips = 1 + random() % 4; flips > 0; --flips) bytes[random() % bytes.size()] = static_cast<char>(random());
      if (random() % 8 == 0) bytes.resize(random() % bytes.size());
      const auto path = here.write("flipped.pth", bytes);
      try {
        const auto checkpoint = Checkpoint::open(path);
        for (const auto& view : checkpoint.tensors()) {
          if (byte_count(view.dtype, view.shape) != view.bytes.size()) FAIL_CHECK(name);
        }
      } catch (const Error&) {
        ++refused;
      }
    }
    CHECK(refused > 0);
  }
  CHECK(files == list["good"].size());
  CHECK(files > 0);
}

TEST_CASE("a checkpoint's tensors are found under the names that people give them, whatever lies beside", "[weights][checkpoint]") {
  const TemporaryFolder folder;
  const auto rewritten = [&](std::string_view key, std::string_view more) {
    const auto path = folder / "own.pth.tar";
    const std::vector<float> values{1, 2};
    const std::vector<std::int64_t> shape{2};
    const TensorView tensor{"a", DType::f32, shape, std::as_bytes(std::span(values))};
    pickle::Writer out;
    out.begin_dict();
    out.text(key);
    out.begin_ordered_dict();
    out.text("a");
    out.begin_call("torch._utils", "_rebuild_tensor_v2");
    out.begin_persistent();
    for (const auto* part : {"storage", "FloatStorage", "0", "cpu"}) {
      std::string_view(part) == "FloatStorage" ? out.global("torch", part) : out.text(part);
    }
    out.integer(2);
    out.end();
    out.integer(0);
    for (const std::int64_t size : {2, 1}) {  // shape and strides
      out.begin_tuple();
      out.integer(size);
      out.end();
    }
    out.boolean(false);
    out.begin_ordered_dict();
    out.end();
    out.end();
    out.end();
    out.end();
    auto pickled = out.finish();
    pickled.insert(pickled.size() - 1, more);
    ZipWriter zip(path);
    zip.add("archive/data.pkl", std::as_bytes(std::span(pickled)), 64);
    zip.add("archive/data/0", tensor.bytes, 64);
    zip.finish();
    return path;
  };
  using namespace std::string_literals;
  const auto arguments = "X\x04\0\0\0argscargparse\nNamespace\n)\x81}X\x06\0\0\0epochsK\x05sbs"s;
  for (const auto* key : {"state_dict", "model", "model_state_dict", "net", "weights"}) {
    CAPTURE(key);
    CHECK(Checkpoint::open(rewritten(key, "")).tensors().size() == 1);
    CHECK(Checkpoint::open(rewritten(key, arguments)).tensors().size() == 1);
  }
  const auto other = rewritten("generator", "");
  try {
    Checkpoint::open(other);
    FAIL_CHECK("read");
  } catch (const Error& error) {
    CHECK(error.found() == "the keys \"generator\"");
  }
  CHECK_THROWS_AS(Checkpoint::open(rewritten("state_dict", "X\x01\0\0\0acos\nsystem\ns"s)), Error);
}
