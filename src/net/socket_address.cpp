// socket_address.cpp
