#pragma once

#include "support/torch_catch.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

/// Starts this very program several times as processes that train together: each runs the test case "A process of many", which
/// plays the part named in FACEPTOR_TEST_PART and leaves what it found in FACEPTOR_TEST_FOLDER.
namespace many {

/// A port of this machine that nobody listens on.
inline std::uint16_t free_port() {
  const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  REQUIRE(::bind(listener, reinterpret_cast<sockaddr*>(&address), size) == 0);
  REQUIRE(::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  ::close(listener);
  return ntohs(address.sin_port);
}

/// How a process ended.
struct End {
  int status = 0;      ///< as of waitpid
  double seconds = 0;  ///< after all were started
  bool well() const { return WIFEXITED(status) && WEXITSTATUS(status) == 0; }
};

/// Runs a part in several processes, and waits for all. None is left behind.
inline std::vector<End> run(const std::string& part, const std::filesystem::path& folder, int processes = 2, double patience = 120) {
  const auto port = std::to_string(free_port());
  const auto size = std::to_string(processes);
  std::vector<pid_t> children;
  for (int rank = 0; rank < processes; ++rank) {
    // Made before the fork: between it and exec nothing may be allocated.
    const auto own = std::to_string(rank);
    const auto out = (folder / ("output" + own)).string();
    const auto child = ::fork();
    if (child == 0) {
      const int file = ::open(out.c_str(), O_CREAT | O_WRONLY | O_TRUNC, 0600);
      ::dup2(file, STDOUT_FILENO);
      ::dup2(file, STDERR_FILENO);
      ::setenv("RANK", own.c_str(), 1);
      ::setenv("LOCAL_RANK", own.c_str(), 1);
      ::setenv("WORLD_SIZE", size.c_str(), 1);
      ::setenv("MASTER_ADDR", "127.0.0.1", 1);
      ::setenv("MASTER_PORT", port.c_str(), 1);
      ::setenv("FACEPTOR_TEST_PART", part.c_str(), 1);
      ::setenv("FACEPTOR_TEST_FOLDER", folder.c_str(), 1);
      ::setenv("OMP_NUM_THREADS", "1", 1);
      ::unsetenv("FACEPTOR_TEST_PROGRESS");
      ::execl("/proc/self/exe", "faceptor_model_tests", "A process of many", static_cast<char*>(nullptr));
      ::_exit(127);
    }
    REQUIRE(child > 0);
    children.push_back(child);
  }
  const auto start = std::chrono::steady_clock::now();
  const auto passed = [&] { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(); };
  std::vector<End> ends(children.size());
  for (std::size_t left = children.size(); left > 0;) {
    for (std::size_t i = 0; i < children.size(); ++i) {
      if (children[i] == 0) continue;
      if (passed() > patience) ::kill(children[i], SIGKILL);
      if (::waitpid(children[i], &ends[i].status, WNOHANG) != children[i]) continue;
      ends[i].seconds = passed();
      children[i] = 0;
      --left;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return ends;
}

}  // namespace many
