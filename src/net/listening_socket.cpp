// listening_socket.cpp
