#include <faceptor/files/checkpoint.hpp>

#include <sys/resource.h>

#include <cmath>
#include <cstring>
#include <fstream>
#include <random>
#include <set>
#include <vector>

#include <faceptor/core/error.hpp>
#include <faceptor/files/byte_cursor.hpp>
#include <faceptor/files/pickle_writer.hpp>
#include <faceptor/files/safetensors.hpp>
#include <faceptor/files/zip.hpp>

#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "support/golden.hpp"
#include "support/temporary_folder.hpp"

using namespace faceptor;
using namespace faceptor::files;
using namespace std::string_literals;
using namespace std::string_view_literals;

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

// Pickles by hand: what torch.save never writes, and a hostile file may hold.

/// A text with its length before it.
std::string utf8(std::string_view value) {
  std::string out = "X";
  put_numbers(out, static_cast<std::uint32_t>(value.size()));
  return out.append(value);
}

std::string integer(std::int64_t value) {
  std::string out = "\x8a\x08";
  put_numbers(out, value);
  return out;
}

std::string tuple(const std::vector<std::int64_t>& values) {
  std::string out = "(";
  for (const auto value : values) out += integer(value);
  return out + "t";
}

/// A call of a global with what follows a mark.
std::string call(std::string_view module, std::string_view name, std::string_view arguments) {
  std::string out = "c";
  return out.append(module).append("\n").append(name).append("\n(").append(arguments).append("tR");
}

const std::string kStorage = "(" + utf8("storage") + "ctorch\nFloatStorage\n" + utf8("0") + utf8("cpu") + "K\x06tQ";

/// Of the storage's six floats, 0 to 5. Offset, shape and strides are pickles.
std::string tensor(std::string_view offset, std::string_view shape, std::string_view strides, std::string_view storage = kStorage) {
  const std::string arguments(storage);
  return call("torch._utils", "_rebuild_tensor_v2", (arguments + std::string(offset)).append(shape).append(strides).append("\x89"));
}

const std::string kTensor = tensor("K\x01", tuple({2}), tuple({1}));

/// A dict of these keys and values, each a pickle.
std::string dict(std::initializer_list<std::pair<std::string, std::string>> entries) {
  std::string out = "}(";
  for (const auto& [key, value] : entries) out.append(key).append(value);
  return out + "u";
}

/// An archive of a pickle and its storage. @param before  bytes of an entry before the storage, which moves it
std::filesystem::path archive(const TemporaryFolder& folder, const std::string& pickled, std::size_t before = 0) {
  const std::vector<float> values{0, 1, 2, 3, 4, 5};
  const auto document = "\x80\x02" + pickled + ".";
  ZipWriter zip(folder / "own.pth");
  zip.add("a/data.pkl", std::as_bytes(std::span(document)), 64);
  if (before > 0) zip.add("a/x", std::as_bytes(std::span(document)).first(before), 1);
  zip.add("a/data/0", std::as_bytes(std::span(values)), before > 0 ? 1 : 64);
  zip.finish();
  return folder / "own.pth";
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
    CHECK(error.hint().find("torch.load(FILE)[\"generator\"]") != std::string::npos);
  }
  // What is no state dict's tensor may be of a kind that is not read, a type or a range; a state dict's own may not.
  const auto range = "X\x01\0\0\0rc__builtin__\nxrange\nK\0K\x05K\x01\x87Rs"s;
  const auto sparse = "X\x01\0\0\0sctorch._utils\n_rebuild_sparse_tensor\n)Rs"s;
  for (const auto& beside : {range, sparse, "X\x01\0\0\0tc__builtin__\nlong\ns"s}) {
    CHECK(Checkpoint::open(rewritten("state_dict", beside)).tensors().size() == 1);
  }
  try {
    Checkpoint::open(rewritten("other", sparse));
    FAIL_CHECK("read");
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::unsupported);
    CHECK(error.summary().find("\"s\"") != std::string::npos);
  }
  CHECK_THROWS_AS(Checkpoint::open(rewritten("state_dict", "X\x01\0\0\0acos\nsystem\ns"s)), Error);
}

TEST_CASE("a tensor is read as it lies in its storage", "[weights][checkpoint]") {
  const TemporaryFolder folder;
  const auto read = [&](const std::string& value, std::size_t before = 0) {
    const auto checkpoint = Checkpoint::open(archive(folder, dict({{utf8("a"), value}}), before));
    const auto& view = checkpoint.at("a");
    std::vector<float> numbers(view.bytes.size() / sizeof(float));
    std::memcpy(numbers.data(), view.bytes.data(), view.bytes.size());
    return std::pair(std::vector(view.shape.begin(), view.shape.end()), numbers);
  };
  using Read = std::pair<std::vector<std::int64_t>, std::vector<float>>;
  CHECK(read(kTensor) == Read{{2}, {1, 2}});
  CHECK(read(tensor("K\0"s, tuple({3, 2}), tuple({1, 3}))) == Read{{3, 2}, {0, 3, 1, 4, 2, 5}});
  CHECK(read(tensor("K\x01", tuple({2, 1, 2}), tuple({3, 7, 1}))) == Read{{2, 1, 2}, {1, 2, 4, 5}});
  CHECK(read(tensor("K\x02", tuple({3}), tuple({0}))) == Read{{3}, {2, 2, 2}});
  CHECK(read(tensor("K\x06", tuple({0, 3}), tuple({3, 1}))) == Read{{0, 3}, {}});
  CHECK(read(tensor("K\x04",
                    "](K\x02"
                    "e",
                    "](K\x01"
                    "e")) == Read{{2}, {4, 5}});
  CHECK(read(tensor("K\x04", call("torch", "Size", tuple({2})), tuple({1}))) == Read{{2}, {4, 5}});
  CHECK(read(call("torch._utils", "_rebuild_parameter", kTensor + "\x88N")) == Read{{2}, {1, 2}});
  CHECK(read(call("torch._utils", "_rebuild_tensor", kStorage + "K\x01" + tuple({2}) + tuple({1}))) == Read{{2}, {1, 2}});
  // Wherever the archive puts the storage, aligned or not.
  for (std::size_t before = 1; before <= sizeof(float); ++before) {
    CHECK(read(tensor("K\x05", ")", ")"), before) == Read{{}, {5}});
    CHECK(read(kTensor, before) == Read{{2}, {1, 2}});
  }
}

TEST_CASE("tensors that contradict their storage, or nothing that is read, are refused by name", "[weights][checkpoint]") {
  const TemporaryFolder folder;
  const auto refused = [&](const std::string& pickled, std::string_view what, ErrorCode code = ErrorCode::format) {
    const auto error = error_of([&] { Checkpoint::open(archive(folder, pickled)); });
    CAPTURE(std::string(error.what()));
    CHECK(error.code() == code);
    CHECK(error.summary() == "weights: " + std::string(what));
    CHECK(error.where() == (folder / "own.pth").string());
    return error;
  };
  const auto one = [&](const std::string& value, std::string_view what, ErrorCode code = ErrorCode::format) {
    return refused(dict({{utf8("a"), value}}), "tensor \"a\" " + std::string(what), code);
  };
  const auto zero = "K\0"s, two = tuple({2}), ones = tuple({1});
  one(tensor(zero, "K\x02", ones), "has a shape that is no tuple");
  one(tensor(zero, two, "N"), "has a shape that is no tuple");
  one(tensor(zero, tuple(std::vector<std::int64_t>(65, 1)), ones), "has more than 64 dimensions", ErrorCode::limit);
  one(tensor(zero, "\x88\x85", ones), "has a size that is no number");
  CHECK(one(tensor(zero, tuple({2, -3}), tuple({1, 1})), "has a negative size or stride").found() == "[2, -3]");
  one(tensor(zero, tuple({1, 2}), ones), "has another number of strides than of sizes");
  one(tensor(zero, tuple({1LL << 40, 1LL << 40}), tuple({1, 1})), "has more elements than can be counted");
  for (const auto& offset : {integer(-1), integer(7), integer(6)}) one(tensor(offset, two, ones), "begins outside its storage");
  one(tensor(integer(5), two, ones), "reaches beyond its storage");
  one(tensor(zero, tuple({2, 3}), tuple({4, 1})), "reaches beyond its storage");
  one(tensor(zero, two, integer(1) + "\x85", "N"), "is described in a way that is not read");
  one(tensor("N", two, ones), "is described in a way that is not read");
  one(call("torch._utils", "_rebuild_tensor_v2", kStorage + zero + two), "is described in a way that is not read");
  one(tensor(zero, tuple({1 << 20}), tuple({0})), "takes more memory than the file justifies", ErrorCode::limit);

  refused(dict({{"K\x01", kTensor}}), "a tensor of the state dict has a name that is no text");
  refused(dict({{utf8("a"), kTensor}, {utf8("a"), kTensor}}), "the state dict holds the tensor \"a\" twice");
  CHECK(refused("]", "the file holds no dict").found() == "list");
  CHECK(refused("}", "the file holds no tensors").found() == "an empty dict");
  CHECK(refused(dict({{"K\x01", "K\x02"}}), "the file holds no tensors").found() == "keys that are no text");
  CHECK(refused(dict({{utf8("model"), "}"}, {"K\x01", "N"}}), "the file holds no tensors").found() == "the keys \"model\"");
}

TEST_CASE("a tensor outside the state dict that claims any memory is refused, however often it is asked for", "[weights][checkpoint]") {
  const TemporaryFolder folder;
  // 2^62 bytes: four times that is nothing again, counted in 64 bits.
  const auto huge = tensor("K\0"s, tuple({std::int64_t{1} << 60}), tuple({0}));
  const auto checkpoint = Checkpoint::open(archive(folder, dict({{utf8("state_dict"), dict({{utf8("a"), kTensor}})}, {utf8("b"), huge}})));
  const auto value = *checkpoint.root().find("b");
  for (int i = 0; i < 5; ++i) CHECK(error_of([&] { checkpoint.tensor(value); }).code() == ErrorCode::limit);
  const auto none = error_of([&] { checkpoint.tensor(*checkpoint.root().find("state_dict")); });
  CHECK(none.summary() == "weights: a tensor is none");
  CHECK(none.found() == "dict");
  CHECK(checkpoint.path() == folder / "own.pth");
  CHECK(error_of([&] { checkpoint.at("c"); }).summary() == "weights: there is no tensor \"c\"");
}

TEST_CASE("the step is a number, NumPy's too; anything else is none", "[weights][checkpoint]") {
  const TemporaryFolder folder;
  const auto step = [&](const std::string& value) {
    return Checkpoint::open(archive(folder, dict({{utf8("state_dict"), dict({{utf8("a"), kTensor}})}, {utf8("step"), value}}))).step();
  };
  const auto type = [](std::string_view name) { return call("numpy", "dtype", utf8(name) + "K\0K\1"s); };
  const auto order = [](std::string_view letter) { return "(K\x03" + utf8(letter) + "NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\0tb"s; };
  // Protocol 2 knows no bytes: text, by its codec.
  const auto bytes = [](std::string_view content) { return call("_codecs", "encode", utf8(content) + utf8("latin1")); };
  const auto scalar = [](const std::string& arguments) { return call("numpy.core.multiarray", "scalar", arguments); };
  const auto eight = bytes("\x07\0\0\0\0\0\0\0"sv), four = bytes("\x07\0\0\0"sv);
  CHECK(step(integer(7)) == 7);
  CHECK(step(scalar(type("i8") + eight)) == 7);
  CHECK(step(scalar(type("i8") + order("<") + eight)) == 7);
  CHECK(step(scalar(type("i4") + order("|") + four)) == 7);
  for (const auto& other :
       {"N"s, utf8("7"), type("i8"), scalar(type("i8")), scalar(type("i8") + order(">") + eight), scalar(type("i8") + four),
        scalar(type("i4") + eight), scalar(type("f8") + eight), scalar(type("i8") + utf8("7")), scalar("N" + eight),
        scalar("cnumpy\ndtype\n" + eight), scalar(call("numpy", "dtype", "") + eight), scalar(call("numpy", "dtype", "K\x01") + eight),
        scalar(call("torch", "Size", utf8("i8")) + eight)}) {
    CAPTURE(other);
    CHECK(step(other) == std::nullopt);
  }
  CHECK(Checkpoint::open(archive(folder, dict({{utf8("a"), kTensor}}))).step() == std::nullopt);
}
